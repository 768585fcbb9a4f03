"""Why each field of the ASAP list's tables is stored."""

from __future__ import annotations

_ENTRY = {
    "id": "names the row; the API's AptNum",
    "slug": "which practice",
    "journey": "holds a form to one place on the list",
    "page_hash": "finds the patient's own page; its address cannot be made from it",
    "booking_id": "the appointment that they want to better",
    "patient_number": "the same for the same patient: the API's PatNum, and texts a day",
    "patient_name": "to greet the patient, and to book for one who has no appointment",
    "patient_phone": "where texts go",
    "patient_email": "where the message goes that tells how to leave",
    "staff_id": "with whom they want it",
    "room_id": "where they want it",
    "type_id": "what they want it for, in the diary's number",
    "weekdays": "which days suit them",
    "parts": "which parts of the day suit them",
    "notice_hours": "how much notice they need",
    "consented_at_utc": "when they agreed to be texted",
    "created_at_utc": "since when they wait",
    "diary_reference": "the diary's number of their appointment, where the list is the diary's",
    "no_texts_because": "why the practice wants them not to be texted",
    "checked_at_utc": "when the diary told last who they are",
    "ended_at_utc": "since when they are off the list",
    "ended": "why they are off the list",
}
_OPENING = {
    "id": "names the row; the API's ScheduleNum",
    "slug": "which practice",
    "live_key": "so that a slot is offered as one opening",
    "staff_id": "with whom, in the diary's number",
    "staff_name": "with whom, on pages",
    "room_id": "where, in the diary's number",
    "room_name": "where, on pages",
    "room_address": "where to go, on pages",
    "type_id": "what for, in the diary's number",
    "starts_at_utc": "when",
    "minutes": "how long",
    "condition": "whether it is still to be had",
    "claimed_by_id": "which offer has it, so that nobody else gets it",
    "created_at_utc": "when it was offered first",
    "expires_at_utc": "when its offers end",
}
_OFFER = {
    "id": "names the row; the API's AsapCommNum",
    "slug": "which practice",
    "opening_id": "what is offered",
    "entry_id": "to whom",
    "nonce": "makes the link in the text, with the site's own key",
    "token_hash": "finds the page; the link cannot be made from it",
    "key_type": "what the patient had: the API's FKeyType",
    "response": "where it stands with the patient",
    "text_status": "how far the text has come",
    "note": "why no text was sent",
    "template_text": "the text, without name and link",
    "entered_at_utc": "when it was made",
    "expires_at_utc": "when it ends",
    "text_due_at_utc": "when the text is due",
    "text_sent_at_utc": "when it was sent; how many a day",
    "had_at_utc": "when the appointment was that the patient had",
    "gateway_id": "the gateway's number of the text, or the diary's of the offer",
    "attempts": "how often the patient said yes; each reaches the diary once",
    "booking_id": "the booking that came of it",
    "answered_at_utc": "when the patient answered",
}
_WATCH = {
    "slug": "which practice",
    "due_at_utc": "when the diary is looked at next",
    "seen": "which times were free; nothing of anybody's",
}
_MIRROR = {
    "slug": "which practice",
    "due_at_utc": "when its diary's list is read next",
    "read_at_utc": "when it was read last: on an old list nobody is texted",
    "offers_read_at_utc": "when it was read last what came of offers that the diary makes itself",
    "asked_last": "after which appointment the next questions begin, in the diary's number",
}
_OPT_OUT = {
    "sender": "whose texts are not wanted",
    "phone": "by whom: it must be known to be left alone",
    "since_utc": "since when",
}
ASAP_FIELDS = {
    "asap_entry": _ENTRY,
    "asap_opening": _OPENING,
    "asap_offer": _OFFER,
    "asap_watch": _WATCH,
    "asap_mirror": _MIRROR,
    "text_opt_out": _OPT_OUT,
}
"""By table, what each field is for."""
