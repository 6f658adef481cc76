"""Reads what the desk shows of many treatments; decides that queries don't grow with their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, Count, F, Max, Min, Q, When

from ikbt.accounts.opening import opening_hours_of
from ikbt.treatments.models import Alert, ModuleProgress, Treatment
from ikbt.treatments.pausing import days_of_pause
from ikbt.treatments.reading import outlines_of
from ikbt.treatments.thresholds import Thresholds, thresholds_of
from measurements.flags import Deterioration, deterioration
from measurements.form import responses
from measurements.instrument import Instrument
from measurements.models import Occasion
from measurements.storing import instruments_kept
from therapist.reasons import OpenAlert, Standing, Waiting


class Measured(NamedTuple):
    """One occasion that has opened, answered or not; `total` is None when unanswered or without a total."""

    id: UUID
    series: UUID
    version: UUID
    kind: str
    number: int
    due_at: datetime
    closes_at: datetime
    answered_at: datetime | None
    total: int | None
    severity: str
    risk: str
    details: Mapping[str, Any] | None
    mode: str | None = None
    draft: Mapping[str, str] | None = None


class Wrote(NamedTuple):
    """The conversation of one treatment: messages nobody has answered, the first of them, when staff
    last wrote.
    """

    unanswered: int = 0
    first_at: datetime | None = None
    staff_at: datetime | None = None


@dataclass
class Course:
    """One treatment with what has happened in it, as read at one moment."""

    treatment: Treatment
    outline: Mapping[str, Any]
    instruments: Mapping[UUID, Instrument]
    alerts: list[Alert] = field(default_factory=list)
    measured: list[Measured] = field(default_factory=list)
    progress: list[ModuleProgress] = field(default_factory=list)
    wrote: Wrote = field(default_factory=Wrote)
    # Days on which promised answers don't count down: the unit's closed ones and those of her pauses.
    closed_on: frozenset[date] = frozenset()
    # Answers that must be worse before it is an alert; the unit's number.
    worse_in_a_row: int = Thresholds.worse_in_a_row

    def instrument_of(self, occasion: Measured) -> Instrument:
        """The instrument as it stood at the occasion."""
        return self.instruments[occasion.version]

    def of(self, slug: str) -> list[Measured]:
        """The occasions of one instrument, oldest first."""
        return self._by_instrument.get(slug, [])

    def scored(self, slug: str) -> list[Measured]:
        """The occasions of one instrument that gave a total, oldest first."""
        return [one for one in self.of(slug) if one.answered_at is not None and one.total is not None]

    def short(self, slug: str) -> str:
        """The short name of an instrument in use."""
        return self.instrument_of(self.of(slug)[-1]).short

    @property
    def slugs(self) -> list[str]:
        """The instruments in use: those of the plan first, in its order."""
        planned = [str(rule["instrument"]) for rule in self.outline["measures"]]
        used = self._by_instrument
        return [slug for slug in dict.fromkeys([*planned, *used]) if slug in used]

    @cached_property
    def _by_instrument(self) -> dict[str, list[Measured]]:
        # Once: a row of the list asks for each instrument several times.
        found: dict[str, list[Measured]] = {}
        for one in self.measured:
            found.setdefault(self.instruments[one.version].id, []).append(one)
        return found

    @property
    def main(self) -> str:
        """The instrument that the list follows."""
        return main_of(self.outline)

    @property
    def current(self) -> ModuleProgress | None:
        """The module that was opened last."""
        return self.progress[-1] if self.progress else None

    def module(self, key: str) -> Mapping[str, Any]:
        """A module of the outline; an empty mapping when the program has none with this key."""
        return next((module for module in self.outline["modules"] if module["key"] == key), {})


def main_of(outline: Mapping[str, Any]) -> str:
    """A program's main instrument: the weekly one, else the first of the plan; "" without a plan."""
    plan = outline["measures"]
    weekly = [str(rule["instrument"]) for rule in plan if rule["when"] == Occasion.Kind.WEEKLY]
    return next(iter([*weekly, *(str(rule["instrument"]) for rule in plan)]), "")


def read_courses(treatments: Sequence[Treatment], *, at: datetime, in_list: bool = False) -> list[Course]:
    """The courses of these treatments, in their order; six queries however many they are, and
    two more for programs and instruments that this process hasn't read yet.

    `in_list`: with no more than a row of a list tells: answers and drafts only where an alert is about them.
    """
    alerts, progress = _alerts(treatments), _progress(treatments, in_list=in_list)
    told = [one.occasion_id for rows in alerts.values() for one in rows if one.occasion_id]
    measured = _measured(treatments, at, only=told if in_list else None)
    instruments = _instruments(measured)
    wrote, rested = _wrote_and_rested(treatments)
    outlines = _outlines(treatments, progress)
    # Of a unit once, not of each of its patients.
    units = {one.unit_id: one.unit for one in treatments}
    closed_on = {key: opening_hours_of(unit).closed_on for key, unit in units.items()}
    thresholds = {key: thresholds_of(unit) for key, unit in units.items()}
    courses = []
    for one in treatments:
        courses.append(
            Course(
                treatment=one,
                outline=outlines[one.pk],
                instruments=instruments,
                alerts=alerts[one.pk],
                measured=measured[one.series_id],
                progress=progress[one.pk],
                wrote=wrote[one.pk],
                closed_on=closed_on[one.unit_id] | rested[one.pk],
                worse_in_a_row=thresholds[one.unit_id].worse_in_a_row,
            )
        )
    return courses


def standing_of(course: Course, *, at: datetime) -> Standing:
    """What the reasons of one patient are read from."""
    treatment = course.treatment
    worse_since, worse_in = _decline(course)
    late = _late_weekly(course, at)
    active = treatment.state == Treatment.State.ACTIVE
    return Standing(
        alerts=[open_alert(course, alert, at=at) for alert in course.alerts],
        worse_since=worse_since,
        worse_in=worse_in,
        unanswered=course.wrote.unanswered,
        unanswered_since=course.wrote.first_at,
        waiting=[
            Waiting(one.module_key, str(course.module(one.module_key).get("title", "")), one.submitted_at)
            for one in course.progress
            if one.submitted_at is not None and one.feedback_at is None
        ],
        weekly_due=late.due_at if late else None,
        weekly_of=course.instrument_of(late).short if late else "",
        last_active=(treatment.last_active_at or treatment.created_at) if active else None,
        closed_on=course.closed_on,
    )


def open_alert(course: Course, alert: Alert, *, at: datetime) -> OpenAlert:
    """An alert with what was answered; no instrument when something else than answers raised it."""
    told = OpenAlert(
        id=str(alert.pk),
        is_risk=alert.kind == Alert.Kind.RISK,
        is_high=alert.level == Alert.Level.HIGH,
        is_missing=alert.kind == Alert.Kind.MISSING,
        is_sleepiness=alert.kind == Alert.Kind.SLEEPINESS,
        is_recall=alert.kind == Alert.Kind.RECALL,
        is_course=alert.kind == Alert.Kind.COURSE,
        is_check=alert.kind == Alert.Kind.CHECK,
        is_silent=alert.kind == Alert.Kind.SILENT,
        rule=alert.rule,
        raised_at=alert.raised_at,
        due_at=alert.due_at,
        taken_by=alert.taken_by.name if alert.taken_by else "",
        is_left=alert.is_left(at),
    )
    occasion = next((one for one in course.measured if one.id == alert.occasion_id), None)
    if occasion is None:
        return told
    instrument = course.instrument_of(occasion)
    return replace(
        told,
        instrument=instrument.short,
        item=instrument.risk.item if instrument.risk else None,
        value=told_risk(instrument, occasion),
        is_unsent=occasion.answered_at is None,
    )


def told_risk(instrument: Instrument, occasion: Measured) -> int | None:
    """What the risk item says as an alert tells it: the answer, or what is chosen in a form not handed in."""
    if occasion.answered_at is not None or instrument.risk is None or not occasion.draft:
        return risk_value(instrument, occasion)
    return responses(instrument, occasion.draft)[instrument.risk.item - 1]


def risk_value(instrument: Instrument, occasion: Measured) -> int | None:
    """What was answered on the risk item; None when it was left out, unanswered or is not asked."""
    if instrument.risk is None or occasion.details is None:
        return None
    found = occasion.details.get(f"{instrument.risk.prefix}_item")
    return found if isinstance(found, int) else None


def is_over(occasion: Measured, at: datetime) -> bool:
    """Answered, or late: an occasion that may still be answered in time is no gap."""
    return occasion.answered_at is not None or occasion.due_at < at


def _decline(course: Course) -> tuple[datetime | None, str]:
    """When and in what the last answer became reliably worse for the first time; cleared once staff wrote."""
    for slug in course.slugs:
        scored = course.scored(slug)
        last = scored[-1].answered_at if is_worse_once(course, scored) else None
        if last is not None and not _was_answered(course, last):
            return last, course.short(slug)
    return None, ""


def is_worse_once(course: Course, scored: Sequence[Measured]) -> bool:
    """Whether the last of these scores is reliably worse than the first, and the one before it was not."""
    if len(scored) < 2:
        return False
    totals = [one.total for one in scored]
    instrument = course.instrument_of(scored[-1])
    found = deterioration(instrument, totals[0], totals[1:], in_a_row=course.worse_in_a_row)
    return found is Deterioration.WATCH


def _was_answered(course: Course, moment: datetime) -> bool:
    """Whether staff have written to her since, in a message or as feedback."""
    heard = [course.wrote.staff_at, *(one.feedback_at for one in course.progress)]
    return any(written is not None and written > moment for written in heard)


def _late_weekly(course: Course, at: datetime) -> Measured | None:
    return next(
        (
            one
            for one in course.measured
            if one.kind == Occasion.Kind.WEEKLY
            and one.answered_at is None
            and one.due_at < at < one.closes_at
        ),
        None,
    )


def _measured(
    treatments: Iterable[Treatment], at: datetime, *, only: Collection[UUID] | None
) -> dict[UUID, list[Measured]]:
    """By series, oldest first; `only`: the occasions whose details, mode and draft are read, None: all."""
    told = Q() if only is None else Q(pk__in=only)
    rows = (
        Occasion.objects.standing()
        .filter(series__in=[one.series_id for one in treatments], opens_at__lte=at)
        .order_by("opens_at", "id")
        .values_list(
            *("id", "series_id", "instrument_id", "kind", "number", "due_at", "closes_at"),
            *("answered_at", "score__total_rounded", "score__severity", "score__risk"),
            *(_where(told, "score__details"), _where(told, "answer_set__mode"), _where(told, "draft")),
        )
    )
    found: dict[UUID, list[Measured]] = defaultdict(list)
    for row in rows:
        one = Measured(*row)
        found[one.series].append(one)
    return found


def _where(told: Q, column: str) -> F | Case:
    """The column, or NULL where it is not asked for: a hundred patients' answers are long to read."""
    return Case(When(told, then=F(column))) if told else F(column)


def _instruments(measured: Mapping[UUID, list[Measured]]) -> dict[UUID, Instrument]:
    used = {one.version for rows in measured.values() for one in rows}
    return instruments_kept(used)


def _alerts(treatments: Iterable[Treatment]) -> dict[UUID, list[Alert]]:
    rows = Alert.objects.filter(treatment__in=list(treatments), closed_at=None).select_related(
        "owner", "taken_by"
    )
    found: dict[UUID, list[Alert]] = defaultdict(list)
    for alert in _without_numbers(rows):
        found[alert.treatment_id].append(alert)
    return found


def _without_numbers(rows: Any) -> Any:
    # A list never holds a personal number, so it is not even decrypted.
    return rows.defer("owner__personal_number", "taken_by__personal_number")


def _progress(treatments: Iterable[Treatment], *, in_list: bool) -> dict[UUID, list[ModuleProgress]]:
    found: dict[UUID, list[ModuleProgress]] = defaultdict(list)
    rows = ModuleProgress.objects.filter(treatment__in=list(treatments)).order_by("position")
    if in_list:
        rows = rows.only("treatment_id", "module_key", "position", "submitted_at", "feedback_at")
    for one in rows.annotate(read_version=F("module__version")):
        found[one.treatment_id].append(one)
    return found


def _outlines(
    treatments: Iterable[Treatment], progress: Mapping[UUID, list[Any]]
) -> dict[UUID, dict[str, Any]]:
    """Each module as its patient reads it."""
    pins = {
        one.pk: {row.module_key: row.read_version or one.version_id for row in progress[one.pk]}
        for one in treatments
    }
    return outlines_of(treatments, pins)


def _wrote_and_rested(
    treatments: Iterable[Treatment],
) -> tuple[dict[UUID, Wrote], dict[UUID, set[date]]]:
    """What was written, and the days of her pauses: one query, a row for each pause and one where there was none."""
    open_ones = Q(messages__from_patient=True, messages__answered_at=None)
    rows = (
        Treatment.objects.held(treatments)
        .order_by()
        .values_list("pk", "pauses__id", "pauses__begins_on", "pauses__days")
        .annotate(
            unanswered=Count("messages", filter=open_ones),
            first_at=Min("messages__sent_at", filter=open_ones),
            staff_at=Max("messages__sent_at", filter=Q(messages__from_patient=False)),
        )
    )
    wrote: dict[UUID, Wrote] = {}
    rested: dict[UUID, set[date]] = defaultdict(set)
    for treatment, pause, begins_on, days, *facts in rows:
        wrote[treatment] = Wrote(*facts)
        if pause is not None:
            rested[treatment].update(days_of_pause(begins_on, days))
    return wrote, rested
