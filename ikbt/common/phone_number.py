"""Phone numbers: decides what is one, in E.164 (+46701234567), and reads Swedish ones as people write them."""

from __future__ import annotations

import re

SWEDEN = "+46"
# ITU-T E.164: a country code, which never begins with 0, and at most 15 digits in all.
FORM = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
# What people put between digits; (0) is written for whoever calls within the country.
BETWEEN = re.compile(r"\(0\)|[\s\u00a0()./\-\u2010-\u2013]")
# Swedish mobile series of PTS's numbering plan: 070, 072, 073, 076 and 079, seven digits after them.
SWEDISH_MOBILE = re.compile(r"\+467[02369]\d{7}", re.ASCII)


class NotAPhoneNumber(ValueError):
    """The text is no phone number."""


def parse(text: str) -> str:
    """The number in E.164; without a country code it is Swedish. Raises NotAPhoneNumber.

    >>> parse("070-174 06 05")
    '+46701740605'
    >>> parse("0047 412 34 567")
    '+4741234567'
    """
    bare = BETWEEN.sub("", text.strip())
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    elif bare.startswith("0"):
        bare = f"{SWEDEN}{bare[1:]}"
    if not FORM.fullmatch(bare):
        raise NotAPhoneNumber("A phone number is 0 or a country code, and digits.")
    return bare


def takes_texts(number: str) -> bool:
    """Whether a number in E.164 may get a text message: a Swedish one must be a mobile's; abroad nobody can tell."""
    return bool(SWEDISH_MOBILE.fullmatch(number)) or not number.startswith(SWEDEN)


def texting_number(text: str) -> str:
    """A stored number as texts are sent to it, or "" when none can be."""
    try:
        number = parse(text)
    except NotAPhoneNumber:
        return ""
    return number if takes_texts(number) else ""


def as_written(text: str) -> str:
    """As people write it: a Swedish mobile number in groups, any other text as it is.

    >>> as_written("+46701740605")
    '070-174 06 05'
    """
    number = texting_number(text)
    if not number.startswith(SWEDEN):
        return text
    own = f"0{number[len(SWEDEN) :]}"
    return f"{own[:3]}-{own[3:6]} {own[6:8]} {own[8:]}"
