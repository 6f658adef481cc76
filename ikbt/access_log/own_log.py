"""The patient's own log as her page shows it; decides the order, the days, the months and the pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import F
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ikbt.access_log.wording import Names, deed, names_for
from ikbt.audit.models import Entry
from ikbt.audit.querysets import EntryQuerySet
from ikbt.common import clock

PAGE_ROWS = 50
CLOCK = "H.i"


@dataclass
class Line:
    """One sentence; the same deed of the same person on one day is told once, with its times."""

    who: str
    did: str
    granted: bool
    times: list[str] = field(default_factory=list)

    @property
    def at(self) -> str:
        """ "10.14, 10.20 and 11.05"."""
        *most, last = self.times
        return _("%(most)s and %(last)s") % {"most": ", ".join(most), "last": last} if most else last


@dataclass(frozen=True)
class Day:
    """A day's lines, the latest first."""

    day: date
    lines: list[Line]


@dataclass(frozen=True)
class Month:
    """One choice of the filter."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class OwnLog:
    """What templates/access_log/mine.html shows."""

    days: list[Day]
    months: list[Month]
    own: int
    shows_own: bool
    page: Page[Entry]
    # What a link to another page carries along, beginning with "&"; empty without a filter.
    kept: str


def own_log(patient: UUID, *, month: str, page: str, own: bool) -> OwnLog:
    """A page of the log. `month` as "2026-03", anything else for all; `own` shows her own visits instead."""
    everything = about(patient)
    rows = everything.filter(actor=F("patient")) if own else everything.by_others()
    months = months_of(rows, month)
    first = next((date.fromisoformat(f"{one.value}-01") for one in months if one.chosen), None)
    if first:
        rows = rows.between(*month_bounds(first))
    shown = Paginator(rows.order_by("-at", "-id"), PAGE_ROWS).get_page(page)
    asked = {
        name: value
        for name, value in (("manad", month if first else ""), ("egna", "1" if own else ""))
        if value
    }
    return OwnLog(
        days=days_of(list(shown), staff_names()),
        months=months,
        own=everything.filter(actor=F("patient")).count(),
        shows_own=own,
        page=shown,
        kept=f"&{urlencode(asked)}" if asked else "",
    )


def about(patient: UUID) -> EntryQuerySet:
    """All rows about a patient."""
    return Entry.objects.about(patient)


def staff_names() -> bool:
    """Whether staff are named: the region's policy."""
    return bool(settings.ACCESS_LOG_SHOWS_NAMES)


def days_of(rows: list[Entry], named: bool) -> list[Day]:
    """Rows that come latest first, by Swedish day."""
    names = names_for(rows, staff=named)
    return [
        Day(day, lines_of(found, names)) for day, found in groupby(rows, lambda row: clock.local_date(row.at))
    ]


def lines_of(rows: Iterable[Entry], names: Names) -> list[Line]:
    """A day's rows as sentences; times run forward within one."""
    lines: dict[tuple[str, str, bool], Line] = {}
    for row in rows:
        who, did = names.who(row), deed(row)
        line = lines.setdefault((who, did, row.granted), Line(who, did, row.granted))
        time = date_format(row.at.astimezone(clock.STOCKHOLM), CLOCK)
        if time not in line.times:
            line.times.insert(0, time)
    return list(lines.values())


def months_of(rows: EntryQuerySet, chosen: str) -> list[Month]:
    """The months that have rows, the latest first."""
    found = rows.annotate(month=TruncMonth("at", tzinfo=clock.STOCKHOLM)).order_by("-month")
    months = found.values_list("month", flat=True).distinct()
    return [Month(f"{at:%Y-%m}", date_format(at, "F Y"), f"{at:%Y-%m}" == chosen) for at in months]


def month_bounds(first: date) -> tuple[datetime, datetime]:
    """From the first moment of a month up to the next month's."""
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return clock.midnight(first), clock.midnight(following)
