"""Phone numbers as a text gateway takes them."""

from __future__ import annotations

import phonenumbers

_CANNOT_BE_TEXTED = frozenset(
    {
        phonenumbers.PhoneNumberType.FIXED_LINE,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.UAN,
    }
)


def texting_number(typed: str, country: str) -> str | None:
    """Return the number in international form (E.164), or None where no text can reach it.

    ``country`` tells how a number without a + is read. A number that the plan we carry does not
    know is given the benefit of the doubt: the plan may be older than the number.
    """
    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        return None
    wholly = phonenumbers.ValidationResult.IS_POSSIBLE
    if phonenumbers.is_possible_number_with_reason(number) != wholly:
        return None
    if phonenumbers.number_type(number) in _CANNOT_BE_TEXTED:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def say_number(number: str, country: str) -> str:
    """Write an E.164 number as people in ``country`` do."""
    parsed = phonenumbers.parse(number, country)
    is_home = phonenumbers.region_code_for_country_code(parsed.country_code or 0) == country
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, form.NATIONAL if is_home else form.INTERNATIONAL)
