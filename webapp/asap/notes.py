"""Why a text is not sent, as an offer's note says it.

The occasions are those that Open Dental's Web Sched ASAP knows; the words follow its notes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webapp.practices.asap import AsapRules

TAKEN = "Not sending because the time slot has been taken by another appointment."
WITHDRAWN = "Not sending because the practice has taken the time slot back."
OPTED_OUT = "Not sending text because the patient has opted out of automated messaging."
NO_LONGER_ON_LIST = (
    "Not sending text because the patient has requested not to be contacted about this appointment."
)
NOT_SOONER = "Not sending because the patient has an appointment as soon as this by now."
TOO_SHORT = "Not sending because the patient's appointment is longer than the time slot by now."
TOOK_ANOTHER = "Not sending because the patient has taken another time slot."
NOTHING_TO_BETTER = "Not sending because the patient has no appointment any more to be moved."
IN_MOTION = "Not sending because another request of the patient's is being looked at."
NOT_WANTED = "Not sending text because the patient is set to not receive texts."
NO_MOBILE = "Not sending text because the patient does not have a wireless phone."
BAD_NUMBER = "Not sending text because the patient's phone number is not valid."
NOT_READ = "Not sending text because the diary has not said lately whether it may be sent."
AFTER_THE_SLOT = "Not sending text because it would be sent after the time slot."
NOT_DELIVERED = "The text was not delivered."
OFF_THE_DIARYS_LIST = "Not sending because the appointment is not on the ASAP list any more."
WITH_ANOTHER = "Not sending because the patient's appointment is with another provider by now."
REFUSED_BY_DIARY = "The practice's diary would not send the text."
NOT_SENT_BY_DIARY = "The practice's diary did not send the text; its own history says why."


def too_near(rules: AsapRules) -> str:
    """Return the note for a text that would come too late to be of use."""
    return (
        f"Not sending text because it would be sent less than {rules.last_text_minutes} minutes "
        "before the time slot."
    )


def enough_today(rules: AsapRules) -> str:
    """Return the note for a patient who has had as many texts as a day may bring."""
    return (
        "Not sending text because the patient has already received "
        f"{rules.most_texts_a_day} texts today."
    )


def refused_by_gateway(code: int) -> str:
    """Return the note for a text that the gateway will not take, by its code."""
    return f"The gateway refused the text (code {code})."
