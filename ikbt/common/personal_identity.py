"""Personnummer and samordningsnummer: decides what is one, its check digit, and how it is masked on screen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

# ASCII: a full-width digit would pass as another number and get an index of its own.
FORM = re.compile(
    r"^(?P<century>\d{2})?(?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2})(?P<mark>[-+]?)(?P<last>\d{4})$",
    re.ASCII,
)
# A samordningsnummer is a personnummer whose day has 60 added (Skatteverket, SKV 707).
COORDINATION = 60
# Said to whoever wrote something else.
WRITE_IT = _("Write the personal number with 10 or 12 digits.")


class NotAPersonalNumber(ValueError):
    """The text is no Swedish personal identity number."""


@dataclass(frozen=True)
class PersonalNumber:
    """Twelve digits; `coordination` is true for a samordningsnummer."""

    digits: str
    coordination: bool

    @property
    def born(self) -> date:
        """Date of birth that the number states."""
        day = int(self.digits[6:8]) - (COORDINATION if self.coordination else 0)
        return date(int(self.digits[:4]), int(self.digits[4:6]), day)

    @property
    def masked(self) -> str:
        """Birth date with the last four hidden, as lists and pages show it."""
        return f"{self.digits[:8]}-****"


def check_digit(nine: str) -> int:
    """The Luhn digit over the nine digits YYMMDDNNN (Skatteverket, SKV 704)."""
    total = 0
    for place, figure in enumerate(nine):
        product = int(figure) * (2 if place % 2 == 0 else 1)
        total += product - 9 if product > 9 else product
    return (10 - total % 10) % 10


def parse(text: str, *, today: date) -> PersonalNumber:
    """Read 10 or 12 digits with or without mark; raises NotAPersonalNumber.

    Without a century, "-" means under 100 years old and "+" 100 or more, counted from `today`.
    """
    found = FORM.match(text.strip().replace(" ", ""))
    if not found:
        raise NotAPersonalNumber("A personal number has 10 or 12 digits.")
    day = int(found["day"])
    coordination = day > COORDINATION
    century = found["century"] or _century(int(found["year"]), found["mark"], today)
    number = PersonalNumber(
        f"{century}{found['year']}{found['month']}{found['day']}{found['last']}", coordination
    )
    try:
        born = number.born
    except ValueError as wrong:
        raise NotAPersonalNumber("The date in the personal number does not exist.") from wrong
    if born > today:
        raise NotAPersonalNumber("The date in the personal number is in the future.")
    if check_digit(number.digits[2:11]) != int(number.digits[11]):
        raise NotAPersonalNumber("The check digit of the personal number is wrong.")
    return number


def _century(year: int, mark: str, today: date) -> str:
    full = today.year - (today.year - year) % 100
    return str((full - 100 if mark == "+" else full) // 100)
