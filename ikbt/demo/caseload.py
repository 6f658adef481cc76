"""Seeds the treatments of the demo: at all stages over 24 weeks, and a first desk with something of
everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM, Actor, record_list
from ikbt.common import clock
from ikbt.demo.course_history import tell_decision
from ikbt.demo.daytimes import weekday_before
from ikbt.demo.decks import Deck
from ikbt.demo.history import tell
from ikbt.demo.scenes import PIECES, SetPiece, course_for, play
from ikbt.demo.simulation import Course, simulate
from ikbt.demo.story import Scene, Story
from ikbt.treatments.measuring import end_measurements, plan_course
from ikbt.treatments.models import Treatment
from ikbt.treatments.pausing import pause_treatment
from ikbt.treatments.summarising import summarise
from measurements.models import Occasion, Series
from programs.models import FrozenModule, ProgramVersion
from programs.tailoring.path import counted

# Starts are spread over this many weeks; the newest started three days ago.
WEEKS_BACK, NEWEST = 24, 3
# Weeks from the last work until a treatment that fell silent is ended, and from the last week until it is
# closed.
PATIENCE, CLOSING = 5, 2
PAUSES = 0.05
PAUSE_DAYS, RESTED = 14, timedelta(days=3)
# Which of four ordinary patients of a desk goes through the unit's second program.
ONE_IN_FOUR = 2
REASONS = ("time", "better", "other_care", "unknown")
Progress = Callable[[int, int], None]
State = Treatment.State


@dataclass(frozen=True)
class Planned:
    """One treatment before it is told; `piece` when it is a set piece of the first desk."""

    patient: Person
    therapist: Person
    unit: CareUnit
    version: ProgramVersion
    started: datetime
    course: Course
    piece: SetPiece | None


def seed_caseload(
    patients: list[Person],
    *,
    versions: Mapping[UUID, Sequence[ProgramVersion]],
    therapists: list[tuple[Person, CareUnit]],
    now: datetime,
    told: Progress,
    seed: int = 1,
) -> list[Treatment]:
    """One treatment a patient, spread over therapists and weeks; the same for the same seed and moment.

    `versions` holds what each therapist's unit gives, by the unit's id; most go through the first, one in
    four through the second. `told(done, all)` is called as it goes on.
    """
    modules = {one.pk: _documents(one) for given in versions.values() for one in given[:2]}
    pieces: dict[str, tuple[SetPiece, Treatment, Course]] = {}
    neighbours: dict[Any, frozenset[str]] = {}
    made = []
    for index, plan in enumerate(_plans(patients, versions, therapists, now, seed)):
        chance = Random(f"{seed} {index}")
        passed_over = neighbours.get(plan.therapist.pk, frozenset())
        deck = Deck(chance, _age(plan.patient, now), passed_over, plan.version.outline["key"])
        story = _begin(plan, modules[plan.version.pk], deck, now)
        _store(story)
        neighbours[plan.therapist.pk] = frozenset(deck.used)
        if plan.piece:
            pieces[plan.piece.name] = (plan.piece, story.treatment, plan.course)
        made.append(story.treatment)
        told(index + 1, len(patients))
    record_list(
        by=SYSTEM, kind="treatment seeded", patients=[one.patient_id for one in made], relation="system"
    )
    play(pieces, now=now)
    return made


def _documents(version: ProgramVersion) -> list[dict[str, Any]]:
    """The modules and steps that most patients have: without what only an offer or a rule brings."""
    rows = (
        FrozenModule.objects.filter(version=version).order_by("position").values_list("document", flat=True)
    )
    return [
        {
            **module,
            "steps": [step for step in module["steps"] if step.get("show", {}).get("otherwise") != "hidden"],
        }
        for module in counted({"modules": list(rows)})
    ]


def _plans(
    patients: list[Person],
    versions: Mapping[UUID, Sequence[ProgramVersion]],
    therapists: list[tuple[Person, CareUnit]],
    now: datetime,
    seed: int,
) -> list[Planned]:
    """Who is treated by whom since when: dealt out like cards, so that every desk has every stage."""
    plans = []
    for index, patient in enumerate(patients):
        desk, rank = index % len(therapists), index // len(therapists)
        therapist, unit = therapists[desk]
        piece = PIECES[rank] if desk == 0 and rank < len(PIECES) else None
        # The first desk's set pieces come before its ordinary patients, who are spread over all weeks.
        ordinary = rank - len(PIECES) if desk == 0 else rank
        desks_share = -(-(len(patients) - desk) // len(therapists)) - (len(PIECES) if desk == 0 else 0)
        spread = NEWEST + desk + ordinary * (WEEKS_BACK * 7 - NEWEST - len(therapists)) // max(1, desks_share)
        days_ago = piece.days_ago if piece else spread
        first_day = weekday_before(clock.local_date(now) - timedelta(days=days_ago))
        started = clock.midnight(first_day) + timedelta(hours=9)
        course_seed = seed * 1_000_000 + index * 100
        course = course_for(piece, seed=course_seed) if piece else simulate(course_seed)
        version = _version_for(versions[unit.pk], None if piece else ordinary)
        plans.append(Planned(patient, therapist, unit, version, started, course, piece))
    return plans


def _version_for(given: Sequence[ProgramVersion], ordinary: int | None) -> ProgramVersion:
    """The unit's first program, or for some ordinary patients its second; set pieces (None) have the first."""
    if ordinary is None or len(given) == 1 or ordinary % 4 != ONE_IN_FOUR:
        return given[0]
    return given[1]


def _begin(plan: Planned, modules: list[dict[str, Any]], deck: Deck, now: datetime) -> Story:
    weeks = int(plan.version.outline["weeks"])
    starts_on = clock.local_date(plan.started)
    treatment = Treatment(
        patient=plan.patient,
        version=plan.version,
        unit=plan.unit,
        therapist=plan.therapist,
        series=Series.objects.create(person=plan.patient),
        state=State.ACTIVE,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(weeks=weeks),
        created_at=plan.started,
    )
    rests = _end(treatment, plan, deck.chance, now, weeks)
    return Story(
        treatment=treatment,
        course=plan.course,
        modules=modules,
        started=plan.started,
        now=now,
        chance=deck.chance,
        deck=deck,
        rests=rests,
        scene=plan.piece.scene if plan.piece else Scene(),
    )


def _end(treatment: Treatment, plan: Planned, chance: Random, now: datetime, weeks: int) -> bool:
    """Those who stopped end some weeks after; the others close in their last weeks and keep reading half a
    year. True for one who rests right now."""
    elapsed, stopped = (now - plan.started).days / 7, plan.course.stopped_after
    if stopped is not None and elapsed > stopped + PATIENCE:
        treatment.state, treatment.end_reason = State.DISCONTINUED, chance.choice(REASONS)
        treatment.ended_at = plan.started + timedelta(weeks=stopped + PATIENCE)
    elif elapsed > weeks + CLOSING:
        treatment.state, treatment.end_reason = State.MAINTENANCE, "completed"
        treatment.ended_at = plan.started + timedelta(weeks=weeks + CLOSING)
    elif elapsed > weeks:
        treatment.state = State.CLOSING
    return (
        treatment.state == State.ACTIVE
        and plan.piece is None
        and 3 < elapsed < weeks - 2
        and chance.random() < PAUSES
    )


def _store(story: Story) -> None:
    treatment = story.treatment
    treatment.save()
    tell_decision(story)
    plan_course(treatment)
    occasions = (
        Occasion.objects.filter(series=treatment.series)
        .select_related("instrument")
        # A fixed order, for the story draws its chances in it.
        .order_by("opens_at", "kind", "instrument__slug")
    )
    rows = tell(story, list(occasions))
    rows.insert()
    if treatment.ended_at is not None:
        end_measurements(treatment, by=SYSTEM, at=treatment.ended_at)
    treatment.last_active_at = rows.newest() or story.started
    treatment.save(update_fields=["last_active_at"])
    if story.rests and treatment.state == State.ACTIVE:
        by = Actor(id=treatment.therapist_id, role=Role.THERAPIST, unit=treatment.unit_id)
        pause_treatment(
            treatment, days=PAUSE_DAYS, by=by, at=story.now - RESTED, reason="Semester i familjen."
        )
    summarise(treatment, at=story.now)


def _age(person: Person, now: datetime) -> int:
    return (clock.local_date(now) - person.born).days // 365 if person.born else 40
