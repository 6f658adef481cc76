"""What must be true of every unit at every time, asked of a simulated month; each tells what breaks it, or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.common.clock import STOCKHOLM, days_between
from ikbt.demo.month.living import Month
from ikbt.outbox.limits import DAY_BEGINS, DAY_ENDS, LEAST_BETWEEN, came_due, covers
from ikbt.outbox.models import Notice
from ikbt.treatments.models import (
    Alert,
    CareRelation,
    Message,
    ModuleProgress,
    Pause,
    Treatment,
    TreatmentDecision,
    TreatmentEvent,
)
from ikbt.treatments.stepping import is_covered, replayed

STOPS = {"paused", "discontinued", "closed"}
STAFF = {Role.THERAPIST, Role.COORDINATOR, Role.UNIT_MANAGER, Role.STAND_IN}


def _courses() -> Iterable[Treatment]:
    return Treatment.objects.everybodys().select_related("unit", "therapist", "version", "series")


def running_courses_have_decision_version_therapist_and_cover(month: Month) -> list[str]:
    """No active course without a signed decision for its version, a responsible therapist and somebody behind her."""
    signed = set(TreatmentDecision.objects.values_list("treatment", "version"))
    cared = set(
        CareRelation.objects.on_duty(month.ends)
        .filter(kind=CareRelation.Kind.RESPONSIBLE)
        .values_list("treatment", "staff")
    )
    return [
        f"course {one.pk}"
        for one in _courses()
        if one.is_running
        and (
            (one.pk, one.version_id) not in signed
            or (one.pk, one.therapist_id) not in cared
            or not is_covered(one, month.ends)
        )
    ]


def no_module_opens_before_its_guard(month: Month) -> list[str]:
    """Each but the first was opened with a reason, or after the one before it was handed in and had had its days."""
    days = {one["key"]: one["unlock"]["min_days"] for one in month.unit.version.outline["modules"]}
    rows: dict[UUID, list[ModuleProgress]] = defaultdict(list)
    for one in ModuleProgress.objects.order_by("position"):
        rows[one.treatment_id].append(one)
    found = []
    for whose, progress in rows.items():
        for before, after in pairwise(progress):
            handed_in = before.submitted_at is not None and before.submitted_at <= after.opened_at
            rested = days_between(before.opened_at, after.opened_at) >= days[before.module_key]
            if not after.reason and not (handed_in and rested):
                found.append(f"{after.module_key} of {whose}")
    return found


def one_open_episode_a_patient_and_program(month: Month) -> list[str]:
    """Nobody is treated by the same program twice at once."""
    pairs = list(Treatment.objects.everybodys().running().values_list("patient", "version__program"))
    return [] if len(pairs) == len(set(pairs)) else ["two courses of one patient by one program"]


def every_red_flag_had_an_owner_all_the_time(month: Month) -> list[str]:
    """Asked after each run of the clock, see cron.py; and nothing of the clock failed."""
    return list(month.broken)


def paused_days_are_the_days_the_end_moved(month: Month) -> list[str]:
    """The last day is the first one, the program's weeks and the pauses, for nobody was prolonged."""
    paused: dict[UUID, int] = defaultdict(int)
    for whose, days in Pause.objects.values_list("treatment", "days"):
        paused[whose] += days
    return [
        f"course {one.pk}"
        for one in _courses()
        if one.ends_on is not None
        and one.ends_on - one.starts_on
        != timedelta(weeks=int(one.version.outline["weeks"]), days=paused[one.pk])
    ]


def notices_say_neutral_texts_alone(month: Month) -> list[str]:
    """Every mail and text that left is one of the templates, with her first name and our address."""
    return month.posted.strange or (["no notice left"] if not month.posted.count else [])


def staff_read_by_care_relation_alone(month: Month) -> list[str]:
    """Each row of reading by staff names a relation, and the reader had one at that moment."""
    relations: dict[tuple[Any, Any], list[tuple[datetime, datetime | None]]] = defaultdict(list)
    rows = CareRelation.objects.values_list("staff", "treatment__patient", "starts_at", "ends_at")
    for staff, patient, starts, ends in rows:
        relations[staff, patient].append((starts, ends))
    read = Entry.objects.filter(action=Entry.Action.READ, role__in=STAFF, patient__isnull=False)
    found = list(read.values_list("actor", "patient", "relation", "at"))
    strange = [
        f"{actor} read {patient}"
        for actor, patient, relation, at in found
        if not relation
        or not any(
            starts <= at and (ends is None or at <= ends) for starts, ends in relations[actor, patient]
        )
    ]
    return strange if found else ["nobody read anything"]


def closed_means_that_no_clock_runs(month: Month) -> list[str]:
    """Nothing of a closed case waits for anybody."""
    closed = Treatment.objects.everybodys().filter(state=Treatment.State.CLOSED)
    waits: list[Mapping[str, Any]] = []
    waits += Alert.objects.filter(treatment__in=closed, closed_at=None).values("pk")
    waits += Message.objects.filter(treatment__in=closed, from_patient=True, answered_at=None).values("pk")
    for one in closed.select_related("series"):
        standing = one.series.occasions.standing().filter(answered_at=None, closes_at__gt=month.ends)
        waits += standing.values("pk")
    return [f"something of a closed case: {one['pk']}" for one in waits]


def replaying_all_events_gives_what_is_stored(month: Month) -> list[str]:
    """State, unit, therapist and dates of each course follow from its events."""
    found = []
    for one in _courses():
        told = replayed(one)
        if told is None or (told.state, told.unit, told.therapist, told.starts_on, told.ends_on) != (
            one.state,
            str(one.unit_id),
            str(one.therapist_id),
            one.starts_on,
            one.ends_on,
        ):
            found.append(f"course {one.pk}")
    return found


def automatic_messages_keep_their_limits(month: Month) -> list[str]:
    """48 hours apart, by day, none twice, none while she rests or after the end."""
    rows = Notice.objects.exclude(rule="").filter(begun_at__isnull=False).order_by("person", "begun_at")
    left: dict[UUID, list[Notice]] = defaultdict(list)
    for one in rows:
        left[one.person_id].append(one)
    found = []
    for sent in left.values():
        moments = [one.begun_at for one in sent if one.begun_at is not None]
        found += [
            f"{later} too soon" for earlier, later in pairwise(moments) if later - earlier < LEAST_BETWEEN
        ]
        found += [f"{at} at night" for at in moments if not _by_day(at)]
    return [*found, *_sent_while_resting(left)]


def each_message_left_or_another_told(month: Month) -> list[str]:
    """The outbox runs all month, so none waits till it is too late; what covers one left on its day or after."""
    rows = Notice.objects.exclude(rule="").exclude(dropped="").select_related("covered_by")
    found = [f"{one.rule} too late" for one in rows if one.dropped == Notice.Dropped.LATE]
    covered = (one for one in rows if one.dropped == Notice.Dropped.COVERED)
    return [*found, *(f"{one.rule} covered by nothing" for one in covered if not _is_told(one))]


def no_notice_left_twice(month: Month) -> list[str]:
    """By the ids of the mails and the references of the texts that left."""
    return [f"notice {one} left {count} times" for one, count in month.posted.left.items() if count > 1]


def _is_told(notice: Notice) -> bool:
    by = notice.covered_by
    return by is not None and by.sent_at is not None and covers(by.sent_at, came_due(notice))


def _by_day(at: datetime) -> bool:
    local: time = at.astimezone(STOCKHOLM).time()
    return DAY_BEGINS <= local < DAY_ENDS


def _sent_while_resting(left: Mapping[UUID, list[Notice]]) -> list[str]:
    """By the events: in which state each course was when a message about it left; follow-ups come after the end."""
    steps = _steps()
    found = []
    for one in (notice for sent in left.values() for notice in sent if notice.rule != "follow_up_open"):
        last = _last_before(steps.get(one.subject, []), one.begun_at)
        if last in STOPS:
            found.append(f"{one.rule} while {last}")
    return found


def _steps() -> Mapping[UUID | None, list[tuple[datetime, str]]]:
    """Of each course what began it and what let it rest, in order."""
    steps: dict[UUID | None, list[tuple[datetime, str]]] = defaultdict(list)
    events = TreatmentEvent.objects.filter(kind__in=STOPS | {"resumed", "started", "reopened"})
    rows = events.exclude(course_step=None).order_by("course_step")
    for whose, at, kind in rows.values_list("treatment", "at", "kind"):
        steps[whose].append((at, kind))
    return steps


def _last_before(steps: Sequence[tuple[datetime, str]], moment: datetime | None) -> str:
    before = [kind for at, kind in steps if moment is not None and at <= moment]
    return before[-1] if before else ""


INVARIANTS: tuple[Callable[[Month], list[str]], ...] = (
    running_courses_have_decision_version_therapist_and_cover,
    no_module_opens_before_its_guard,
    one_open_episode_a_patient_and_program,
    every_red_flag_had_an_owner_all_the_time,
    paused_days_are_the_days_the_end_moved,
    notices_say_neutral_texts_alone,
    staff_read_by_care_relation_alone,
    closed_means_that_no_clock_runs,
    replaying_all_events_gives_what_is_stored,
    automatic_messages_keep_their_limits,
    each_message_left_or_another_told,
    no_notice_left_twice,
)
