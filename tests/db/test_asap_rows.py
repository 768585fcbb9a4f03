"""What the database itself holds the ASAP list to."""

from __future__ import annotations

import enum

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.db.rows import NOW, WORDS, entry, offer, opening
from tests.services.both import on_both
from webapp.asap.model import Condition, Ended, Entry, Offer, Opening
from webapp.asap.statuses import KeyType, Response, SendStatus
from webapp.db.base import Base
from webapp.notify.optouts import OptOut

pytestmark = on_both


def add(engine: Engine, *rows: Base) -> None:
    """Add rows in this order."""
    with Session(engine) as session, session.begin():
        for row in rows:
            session.add(row)
            session.flush()


def with_an_offer(engine: Engine) -> None:
    add(engine, entry(), opening(), offer())


class TestAPlaceOnTheList:
    def test_a_form_makes_one(self, engine: Engine):
        add(engine, entry(journey="a"))
        again = entry(journey="a")
        again.page_hash = "another"
        with pytest.raises(IntegrityError) as caught:
            add(engine, again)
        assert not any(word in str(caught.value) for word in WORDS)

    def test_no_two_have_the_same_page(self, engine: Engine):
        add(engine, entry(journey="a"))
        again = entry(journey="b")
        again.page_hash = "page of a"
        with pytest.raises(IntegrityError):
            add(engine, again)

    def test_it_is_for_an_appointment_that_is_there(self, engine: Engine):
        with pytest.raises(IntegrityError):
            add(engine, entry(booking_id=99))


class TestAnOpening:
    def test_a_slot_has_one_that_is_live(self, engine: Engine):
        add(engine, opening())
        with pytest.raises(IntegrityError):
            add(engine, opening())

    def test_any_number_may_have_been(self, engine: Engine):
        add(engine, *(opening(live_key=None, condition=Condition.GONE) for _ in range(3)))
        add(engine, opening())
        with Session(engine) as session:
            assert len(session.scalars(select(Opening)).all()) == 4


class TestAnOffer:
    def test_a_patient_has_one_of_an_opening(self, engine: Engine):
        with_an_offer(engine)
        with pytest.raises(IntegrityError):
            add(engine, offer(nonce="another"))

    @pytest.mark.parametrize("again", [{"nonce": "a-nonce", "token_hash": "x"}, {"nonce": "b"}])
    def test_no_two_have_the_same_link(self, engine: Engine, again: dict[str, str]):
        with_an_offer(engine)
        add(engine, entry(journey="b"))
        token_hash = again.get("token_hash", "hash of a-nonce")
        with pytest.raises(IntegrityError):
            add(engine, offer(entry_id=2, nonce=again["nonce"], token_hash=token_hash))

    @pytest.mark.parametrize("column", ["entry_id", "opening_id", "booking_id"])
    def test_it_is_of_what_is_there(self, engine: Engine, column: str):
        add(engine, entry(), opening())
        row = offer()
        setattr(row, column, 99)
        with pytest.raises(IntegrityError):
            add(engine, row)

    @pytest.mark.parametrize("table", ["asap_entry", "asap_opening"])
    def test_what_it_is_of_cannot_go_before_it(self, engine: Engine, table: str):
        with_an_offer(engine)
        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - a table's name


VALUES: list[tuple[type[Base], str, type[enum.StrEnum]]] = [
    (Entry, "ended", Ended),
    (Opening, "condition", Condition),
    (Offer, "key_type", KeyType),
    (Offer, "response", Response),
    (Offer, "text_status", SendStatus),
]


@pytest.mark.parametrize(("table", "column", "values"), VALUES)
def test_every_value_can_be_kept_under_its_own_name_and_no_other(
    engine: Engine, table: type[Base], column: str, values: type[enum.StrEnum]
):
    with_an_offer(engine)
    name = table.__tablename__
    for value in values:
        with Session(engine) as session, session.begin():
            setattr(session.scalars(select(table)).one(), column, value)
        with engine.connect() as connection:
            written = connection.execute(text(f"SELECT {column} FROM {name}")).scalar_one()  # noqa: S608
        assert written == value.value
        with Session(engine) as session:
            assert getattr(session.scalars(select(table)).one(), column) is value
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text(f"UPDATE {name} SET {column} = 'lost'"))  # noqa: S608


def test_a_number_says_stop_to_a_sender_once_and_to_each_apart(engine: Engine):
    one, other, phone = "+447700900800", "+447700900801", "+447700900142"
    for sender in (one, other):
        add(engine, OptOut(sender=sender, phone=phone, since_utc=NOW))
    with pytest.raises(IntegrityError):
        add(engine, OptOut(sender=one, phone=phone, since_utc=NOW))
