from __future__ import annotations

import re
import smtplib
import subprocess
import sys
import threading
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.reference_process import ReferenceDiary

ROOT = Path(__file__).parents[2]
ADA, DESK = "ada@whitcombe.example", "desk@harbour.example"
CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def letter(subject: str = "Your appointment", to: str = ADA) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "Harbour Physiotherapy <desk@harbour.example>"
    message["To"] = to
    message["Message-ID"] = "<1@harbour.example>"
    message.set_content("You’re booked with Siân.\nhttp://127.0.0.1:8700/booking/abc\n")
    message.add_alternative(
        '<html><head><title>x</title></head><body><p>You’re booked.</p><script>alert("x")</script>'
        '<a href="http://127.0.0.1:8700/booking/abc">Change</a></body></html>',
        subtype="html",
    )
    message.add_attachment(
        CALENDAR.encode(), maintype="text", subtype="calendar", filename="appointment.ics"
    )
    return message


def connect(diary: ReferenceDiary) -> smtplib.SMTP:
    where = urlsplit(diary.smtp_url)
    assert where.hostname == "127.0.0.1"
    return smtplib.SMTP(where.hostname, where.port or 0, timeout=30)


def send(diary: ReferenceDiary, message: EmailMessage | None = None) -> None:
    with connect(diary) as client:
        client.send_message(message or letter())


def fetch(
    diary: ReferenceDiary, http: requests.Session, path: str, status: int = 200
) -> requests.Response:
    answer = http.get(f"{diary.url}/inbox/{path}", timeout=30)
    assert answer.status_code == status
    return answer


def test_a_message_is_caught_and_taken_apart(diary: ReferenceDiary):
    send(diary)

    [mail] = diary.mails()
    assert mail.to == (ADA,)
    assert mail.sender == DESK
    assert mail.subject == "Your appointment"
    assert mail.message_id == mail.header("message-id") == "<1@harbour.example>"
    assert mail.text is not None
    assert mail.text.startswith("You’re booked with Siân.")
    assert mail.html is not None
    assert "<p>You’re booked.</p>" in mail.html
    [calendar] = mail.attachments
    assert calendar.name == "appointment.ics"
    assert calendar.type.startswith("text/calendar")
    assert calendar.content.decode() == CALENDAR


def test_a_plain_message_has_neither_html_nor_attachments(diary: ReferenceDiary):
    message = EmailMessage()
    message["Subject"] = "Straße"
    message.set_content("Hello")
    with connect(diary) as client:
        client.send_message(message, from_addr=DESK, to_addrs=[ADA, DESK])

    [mail] = diary.mails()
    assert mail.subject == "Straße"
    assert mail.to == (ADA, DESK)
    assert (mail.html, mail.attachments) == (None, ())


def test_a_calendar_among_the_alternatives_is_to_be_had_too(diary: ReferenceDiary):
    message = EmailMessage()
    message.set_content("Hello")
    message.add_alternative(CALENDAR, subtype="calendar")
    with connect(diary) as client:
        client.send_message(message, from_addr=DESK, to_addrs=[ADA])

    [mail] = diary.mails()
    assert [one.type.split(";")[0] for one in mail.attachments] == ["text/calendar"]


def test_mail_is_found_by_recipient_and_forgotten(diary: ReferenceDiary):
    for to in (ADA, DESK, ADA):
        send(diary, letter(to=to))

    assert len(diary.mails()) == 3
    assert len(diary.mails(ADA)) == len(diary.inbox.wait_for(2, to=ADA)) == 2
    diary.inbox.empty()
    assert diary.mails() == []


def test_whoever_logs_in_may(diary: ReferenceDiary):
    with connect(diary) as client:
        client.login("anybody", "anything")
        client.send_message(letter())

    assert len(diary.mails()) == 1


# Faults


def test_a_recipient_is_refused_for_good_as_often_as_asked(diary: ReferenceDiary):
    diary.inbox.fault("refuse", times=1)

    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        send(diary)
    assert caught.value.recipients[ADA][0] == 550
    send(diary)
    assert len(diary.mails()) == 1


def test_a_fault_may_concern_one_recipient_alone(diary: ReferenceDiary):
    diary.inbox.fault("tempfail", to=ADA)

    send(diary, letter(to=DESK))
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        send(diary, letter(to=ADA))
    assert caught.value.recipients[ADA][0] == 451
    assert [mail.to for mail in diary.mails()] == [(DESK,)]


@pytest.mark.parametrize("is_kept", [True, False])
def test_the_line_goes_dead_after_the_message(diary: ReferenceDiary, is_kept: bool):
    diary.inbox.fault("drop", times=1, is_kept=is_kept)

    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(diary)
    assert len(diary.mails()) == is_kept
    send(diary)
    assert len(diary.mails()) == 1 + is_kept


def test_a_slow_answer_comes_when_the_faults_are_cleared(diary: ReferenceDiary):
    diary.inbox.fault("slow", times=1)
    sending = threading.Thread(target=send, args=(diary,))
    sending.start()
    diary.inbox.wait_until_faults_hit()

    assert diary.mails() == []
    diary.inbox.clear_faults()
    sending.join(60)
    assert len(diary.mails()) == 1


def test_a_reset_empties_the_inbox_and_clears_its_faults(diary: ReferenceDiary):
    send(diary)
    diary.inbox.fault("refuse")

    diary.reset()

    assert diary.mails() == []
    send(diary)


def test_no_web_page_may_read_the_inbox(diary: ReferenceDiary, http: requests.Session):
    answer = http.get(
        f"{diary.url}/control/inbox", headers={"Origin": "https://elsewhere.example"}, timeout=30
    )
    assert answer.status_code == 404


def test_without_aiosmtpd_there_is_a_diary_and_a_sentence():
    program = (
        "import sys; sys.modules['aiosmtpd.smtp'] = None; "
        "from webapp.reference.__main__ import main; main()"
    )
    command = [sys.executable, "-c", program, "--port", "0", "--smtp-port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        ready = process.stdout.readline().strip()
        url = ready.removeprefix("reference diary ready on ")
        try:
            assert requests.get(f"{url}/", timeout=30).status_code == 200
            assert requests.get(f"{url}/inbox/", timeout=30).status_code == 404
            texts = requests.get(f"{url}/inbox/texts/", timeout=30)
            assert texts.status_code == 200
            assert 'href="/inbox/"' not in texts.text
        finally:
            process.terminate()
        assert process.stderr.read().startswith("There is no inbox: aiosmtpd")


# Pages


def test_the_inbox_lists_the_newest_first(diary: ReferenceDiary, http: requests.Session):
    assert "Nothing yet" in fetch(diary, http, "").text
    send(diary, letter("The <first>"))
    send(diary, letter("The second"))

    text = fetch(diary, http, "").text
    assert text.index("The second") < text.index("The &lt;first&gt;")
    assert text.count(f"To {ADA}") == 2
    assert '<a href="/inbox/"' in http.get(f"{diary.url}/", timeout=30).text


def test_a_message_page_shows_everything(diary: ReferenceDiary, http: requests.Session):
    send(diary)
    [mail] = diary.mails()

    answer = fetch(diary, http, f"{mail.number}/")
    text = answer.text
    assert "<h1>Your appointment</h1>" in text
    assert re.search(
        r'<iframe[^>]+sandbox="allow-popups allow-popups-to-escape-sandbox"', text, re.DOTALL
    )
    assert 'href="http://127.0.0.1:8700/booking/abc"' in text
    assert "&lt;1@harbour.example&gt;" in text
    assert "script-src" not in answer.headers["Content-Security-Policy"]

    [file] = re.findall(r'href="/inbox/(\d+/attachments/1)"', text)
    download = fetch(diary, http, file)
    assert download.content.decode() == CALENDAR
    assert download.headers["Content-Type"].startswith("text/calendar")
    assert "appointment.ics" in download.headers["Content-Disposition"]
    assert (
        b"Message-ID: <1@harbour.example>"
        in fetch(diary, http, f"{mail.number}/message.eml").content
    )


def test_the_html_part_runs_no_script_and_its_links_open_beside(
    diary: ReferenceDiary, http: requests.Session
):
    send(diary)
    [mail] = diary.mails()

    answer = fetch(diary, http, f"{mail.number}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert '<head><base target="_blank">' in answer.text


@pytest.mark.parametrize("path", ["999999/", "999999/html", "999999/attachments/1", "0/"])
def test_what_is_not_in_the_inbox(diary: ReferenceDiary, http: requests.Session, path: str):
    fetch(diary, http, path, status=404)


@pytest.mark.parametrize("body", [{"kind": "lost"}, {"kind": "drop", "times": 0}, {}])
def test_a_fault_that_cannot_be(
    diary: ReferenceDiary, http: requests.Session, body: dict[str, str | int]
):
    answer = http.post(f"{diary.url}/control/inbox/fault", json=body, timeout=30)
    assert answer.status_code == 400
