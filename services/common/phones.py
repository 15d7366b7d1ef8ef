"""Phone numbers in E.164, from the ways people write them."""

import phonenumbers

_HOME = "RU"


class BadPhone(ValueError):
    """This is no phone number."""


def parse_phone(text: str) -> str:
    """`8 (910) 555-11-22` -> `+79105551122`. Raises BadPhone, which never repeats the text."""
    try:
        number = phonenumbers.parse(text[:40], _HOME)
    except phonenumbers.NumberParseException:
        raise BadPhone("not a phone number") from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise BadPhone("not a phone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
