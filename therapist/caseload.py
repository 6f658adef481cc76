"""The therapist's list: one row a patient, the reason to act first in words, the sickest on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ikbt.accounts.models import Person
from ikbt.audit.recording import Actor, record_list
from ikbt.common import clock
from ikbt.treatments.models import Alert, Treatment
from ikbt.treatments.querysets import RUNNING
from ikbt.treatments.thresholds import thresholds_of
from programs.tailoring.path import counted
from therapist import wording
from therapist.addresses import address
from therapist.choosing import Choice, Shown, chosen, in_view
from therapist.courses import Course, read_courses, standing_of
from therapist.reasons import Urgency, rank, reasons_for
from therapist.reasons_in_words import ReasonInWords, all_in_words, reply_address
from therapist.trends import ScoreInWords, last_score
from therapist.upcoming import Upcoming, UpcomingInWords, in_words, next_of, upcoming_in


@dataclass(frozen=True)
class Row:
    """One patient in the list."""

    treatment_id: UUID
    patient_id: UUID
    name: str
    reason: ReasonInWords | None
    others: list[ReasonInWords]
    is_high: bool
    week: int
    weeks: int
    module: int
    modules: int
    module_title: str
    score: ScoreInWords | None
    active: str
    program: str
    urgencies: frozenset[Urgency]
    # What comes without anybody doing anything: a questionnaire's day, a week of silence. None: nothing known.
    upcoming: Upcoming | None
    paused: bool
    protected: bool
    covers_for: str
    key: tuple[int, float, float, str]

    @property
    def url(self) -> str:
        """Her page."""
        return address("patient", self.treatment_id)

    @property
    def reply_url(self) -> str:
        """Where one answers her."""
        reasons = [self.reason, *self.others] if self.reason else []
        return reply_address(reasons, self.treatment_id)

    # In Python rather than in the template, which draws a hundred of them: a quarter of the time.
    @property
    def week_text(self) -> str:
        """How far time has gone."""
        return _("Week %(week)s of %(weeks)s") % {"week": self.week, "weeks": self.weeks}

    @property
    def module_text(self) -> str:
        """How far she has come; "" before the first module."""
        if not self.module:
            return ""
        place = {"module": self.module, "modules": self.modules, "title": self.module_title}
        return _("Module %(module)s of %(modules)s: %(title)s") % place

    @property
    def others_text(self) -> str:
        """How many reasons more there are."""
        return ngettext("%(n)s more reason", "%(n)s more reasons", len(self.others)) % {"n": len(self.others)}

    @property
    def upcoming_text(self) -> str:
        """What comes next, where nothing is to do now."""
        return in_words(self.upcoming).text if self.upcoming else ""

    @property
    def next_text(self) -> str:
        """The same as a sentence; "" when nothing is known to come."""
        return _("Next: %(what)s") % {"what": self.upcoming_text} if self.upcoming else ""


@dataclass(frozen=True)
class Caseload:
    """The list as it is shown, and how many each view would show; `upcoming` when nobody waits now."""

    rows: list[Row]
    choice: Choice
    counts: Mapping[Shown, int]
    programs: list[str]
    upcoming: UpcomingInWords | None

    @property
    def everyone(self) -> int:
        """All in her care."""
        return self.counts[Shown.ALL]

    @property
    def needing(self) -> int:
        """Those with a reason to act."""
        return self.counts[Shown.NEEDS_ME]

    @property
    def high(self) -> int:
        """Those with a high alert."""
        return self.counts[Shown.HIGH]


@dataclass(frozen=True)
class ColleaguesAlert:
    """A high risk alert of a patient the reader has no relation to: whose it is and since when, nothing
    else.
    """

    owner: str
    since: str
    since_at: datetime
    taken: str


def read_caseload(staff: Person, *, choice: Choice, by: Actor, at: datetime) -> Caseload:
    """Own patients by running care relation, ordered by clinical urgency; each one shown is written to
    the log.
    """
    rows = _rows(staff, at)
    counts = {shown: len(in_view(rows, shown)) for shown in Shown}
    shown = chosen(rows, choice)
    if shown:
        record_list(
            by=by, kind="caseload", patients=[row.patient_id for row in shown], relation="care relation"
        )
    return Caseload(
        rows=shown,
        choice=choice,
        counts=counts,
        programs=sorted({row.program for row in rows}),
        upcoming=None if counts[Shown.NEEDS_ME] else next_of((row.upcoming for row in rows), at),
    )


_OF_TREATMENT = [column.name for column in Treatment._meta.concrete_fields]
_OF_OTHERS = [
    *("patient__first_name", "patient__last_name", "patient__protected_identity"),
    *("therapist__first_name", "therapist__last_name"),
    *("unit__name", "unit__staffed_hours", "unit__closed_days", "unit__thresholds"),
]


def own_patients(staff: Person, at: datetime) -> list[Treatment]:
    """Running treatments the person cares for, and ended ones whose alert nobody has closed."""
    still_open = Alert.objects.filter(treatment=OuterRef("pk"), closed_at=None)
    return list(
        Treatment.objects.cared_for_by(staff.pk, at)
        .filter(Q(state__in=RUNNING) | Exists(still_open))
        .select_related("patient", "unit", "therapist")
        # A list reads no more than it shows: no personal number, so that it is not even decrypted.
        .only(*_OF_TREATMENT, *_OF_OTHERS)
    )


def next_in_need(staff: Person, *, after: UUID, by: Actor, at: datetime) -> Row | None:
    """The most urgent other patient with a reason, written to the log; None when nobody waits."""
    found = next(
        (row for row in _rows(staff, at) if row.reason is not None and row.treatment_id != after), None
    )
    if found:
        record_list(by=by, kind="caseload", patients=[found.patient_id], relation="care relation")
    return found


def colleagues_alerts(staff: Person, units: Sequence[UUID], at: datetime) -> list[ColleaguesAlert]:
    """Open high risk alerts at the units whose patients the person can't open; oldest first.

    The whole unit sees at once that one stands open, but without a care relation not whose it is.
    """
    alerts = (
        Alert.objects.of_units(units)
        .filter(kind=Alert.Kind.RISK, level=Alert.Level.HIGH, closed_at=None)
        .exclude(treatment__in=Treatment.objects.cared_for_by(staff.pk, at).values("pk"))
        .exclude(treatment__patient=staff.pk)
        .select_related("owner", "taken_by")
        .defer("owner__personal_number", "taken_by__personal_number")
    )
    return [
        ColleaguesAlert(
            owner=alert.owner.name,
            since=wording.ago(alert.raised_at, at),
            since_at=alert.raised_at,
            taken=wording.taken(alert, at),
        )
        for alert in alerts
    ]


def row_of(course: Course, staff: Person, *, at: datetime) -> Row:
    """One patient's row."""
    treatment = course.treatment
    reasons = reasons_for(standing_of(course, at=at), thresholds_of(treatment.unit), at=at)
    worded, current = all_in_words(reasons, treatment.pk, at), course.current
    active = treatment.last_active_at
    return Row(
        treatment_id=treatment.pk,
        patient_id=treatment.patient_id,
        name=name_in_lists(treatment),
        reason=worded[0] if worded else None,
        others=worded[1:],
        is_high=any(reason.urgency is Urgency.RISK_HIGH for reason in reasons),
        week=clock.week_of(treatment.starts_on, clock.local_date(at)),
        weeks=treatment.weeks_planned(course.outline),
        module=current.position if current else 0,
        modules=len(counted(course.outline)),
        module_title=str(course.module(current.module_key).get("title", "")) if current else "",
        score=last_score(course, course.main, at=at),
        active=wording.ago(active, at) if active else "",
        program=str(course.outline["title"]),
        urgencies=frozenset(reason.urgency for reason in reasons),
        upcoming=None if reasons else upcoming_in(course, at=at),
        paused=treatment.state == Treatment.State.PAUSED,
        protected=treatment.patient.protected_identity,
        covers_for="" if treatment.therapist_id == staff.pk else treatment.therapist.name,
        key=rank(reasons, name_in_lists(treatment)),
    )


def name_in_lists(treatment: Treatment) -> str:
    """A protected person is named on her own page only; the list tells two apart by the treatment's id."""
    if not treatment.patient.protected_identity:
        return treatment.patient.name
    return f"{_('Protected identity')} {treatment.pk.hex[:4]}"


def _rows(staff: Person, at: datetime) -> list[Row]:
    courses = read_courses(own_patients(staff, at), at=at, in_list=True)
    rows = [row_of(course, staff, at=at) for course in courses]
    return sorted(rows, key=lambda row: row.key)
