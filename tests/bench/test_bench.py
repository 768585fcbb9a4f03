"""The bench measures: that each part can, with tiny counts, and takes nothing wrong for a page."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import jinja2
import pytest

from tests.bench import cold, submit, warm
from tests.bench.load import Order, WrongAnswer, ask
from tests.bench.parts import PARTS, Amounts, Run
from tests.bench.plain import make_plain
from tests.bench.report import CouldNotMeasure, quantile
from tests.bench.stage import Size, Stage

TINY = Amounts(
    size=Size(staff=2, rooms=1),
    load=warm.Load(rounds=1, requests=20, seconds=2.0),
    cold_rounds=1,
    call_seconds=0.05,
    patients=4,
    crowd_threads=8,
    bookings=2,
    slow_seconds=0.05,
    loads=1,
)
PAGE = """<!DOCTYPE html>
<title>O’Brien &amp; Sons &#39;24</title>
<ul>
  <li><a href="/a?b=1&amp;c=2">9am</a></li>
  <li><a href="/a?b=3&amp;c=2">9:15am</a></li>
  <li><a href="/a?b=2&amp;c=2" aria-current="date">10am</a></li><li>"none"</li>
</ul>
<table><tr><th>Mon</th></tr>
  <tr>
    <td
      class="x">{1}</td><td class="x">2</td></tr></table>
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with Stage(tmp_path_factory.mktemp("bench"), TINY.size) as stage:
        yield Run(stage, TINY)


@pytest.mark.parametrize("name", [name for name in PARTS if name not in {"browser", "embedded"}])
def test_a_part_measures(run: Run, name: str):
    _title, part = PARTS[name]
    assert all(figure.value for figure in part(run))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["browser", "embedded"])
def test_a_part_in_the_browser_measures(run: Run, name: str):
    _title, part = PARTS[name]
    # A browser of its own, also where an earlier test's holds this thread's event loop.
    with ThreadPoolExecutor(max_workers=1) as thread:
        assert all(figure.value for figure in thread.submit(part, run).result())


def test_an_answer_of_another_length_is_not_taken_for_the_page(run: Run):
    order = Order(run.bare.port, "/", length=1, connections=1, requests=1, seconds=1.0)
    with pytest.raises(WrongAnswer, match="the length was"):
        ask(order)


def test_an_answer_of_another_status_is_not_taken_for_the_page(run: Run):
    order = Order(run.bare.port, "/none", length=1, connections=1, requests=1, seconds=1.0)
    with pytest.raises(WrongAnswer, match="the status was 404"):
        ask(order)
    with pytest.raises(CouldNotMeasure, match="404"):
        run.bare.get("/none")


def test_the_plain_template_renders_the_very_page():
    plain = make_plain(PAGE)
    environment = jinja2.Environment(autoescape=True, keep_trailing_newline=True)
    assert environment.from_string(plain.template).render(plain.data) == PAGE
    assert "9am" not in plain.template
    assert "b=1" not in plain.template


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1.0), (0.5, 5.0), (0.95, 10.0), (0.9, 9.0), (1.0, 10.0)]
)
def test_a_quantile_is_a_value_that_was_measured(share: float, expected: float):
    assert quantile([float(one) for one in range(10, 0, -1)], share) == expected


def test_cold_practices_are_never_asked_about_twice():
    slugs = [*cold.listed(3), *cold.unlisted(3), cold.CROWDED, warm.PRACTICE, submit.PRACTICE]
    assert len(set(slugs)) == len(slugs)
