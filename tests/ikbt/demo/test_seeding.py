"""A seeded region consists of rows that could have come about in real life."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from pytest_django import Settings

from ikbt.accounts.models import CareUnit, Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.common import clock
from ikbt.common.personal_identity import parse
from ikbt.demo.caseload import seed_caseload
from ikbt.demo.people import make_patients
from ikbt.demo.seeding import ALSO_AT, SHIPPED, NotTheDemo, seed_region
from ikbt.treatments.models import (
    Alert,
    CareRelation,
    EmergencyAccess,
    Feedback,
    Message,
    ModuleProgress,
    Treatment,
    TreatmentEvent,
    WorksheetEntry,
)
from measurements.models import Occasion, Score
from programs.exercises.definitions import load_all
from programs.exercises.validation import check
from programs.models import FrozenModule, ProgramVersion
from tests.ikbt.demo.region import TREATMENTS

MOMENTS: list[tuple[Any, str]] = [
    (Treatment, "created_at"),
    (Treatment, "ended_at"),
    (Treatment, "last_active_at"),
    (ModuleProgress, "opened_at"),
    (ModuleProgress, "submitted_at"),
    (ModuleProgress, "feedback_at"),
    (WorksheetEntry, "saved_at"),
    (Feedback, "sent_at"),
    (Feedback, "read_at"),
    (Message, "sent_at"),
    (Message, "read_at"),
    (Message, "answered_at"),
    (Score, "answered_at"),
    (Occasion, "answered_at"),
    (Alert, "raised_at"),
    (Alert, "closed_at"),
    (TreatmentEvent, "at"),
]


def test_the_region_has_units_staff_and_one_treatment_a_patient(region: datetime) -> None:
    levels = Counter(CareUnit.objects.values_list("level", flat=True))

    assert levels == {"primary": 3, "specialist": 1}
    assert RoleAssignment.objects.filter(role=Role.THERAPIST).count() == 6
    assert {Role(role) for role in RoleAssignment.objects.values_list("role", flat=True)} == set(Role)
    assert Treatment.objects.count() == RoleAssignment.objects.filter(role=Role.PATIENT).count() == TREATMENTS


def test_each_unit_treats_patients(region: datetime) -> None:
    assert set(Treatment.objects.values_list("unit__slug", flat=True)) == set(
        CareUnit.objects.values_list("slug", flat=True)
    )


def test_each_unit_offers_its_programs_and_treats_with_its_own(region: datetime) -> None:
    offered = ProgramVersion.objects.current().values_list("program__unit__slug", "program__key")

    assert {("internetpsykiatri", "depression"), ("internetpsykiatri", "ocd")} <= set(offered)
    assert sorted(offered) == sorted(
        (unit.slug, key)
        for unit in CareUnit.objects.all()
        for key in SHIPPED[CareUnit.Level(unit.level)] + ALSO_AT.get(unit.slug, ())
    )
    assert not Treatment.objects.exclude(version__program__unit=F("unit")).exists()


def test_personal_numbers_are_valid_unique_and_given_to_nobody(region: datetime) -> None:
    patients = list(Person.objects.filter(roles__role=Role.PATIENT))
    numbers = [parse(str(person.personal_number), today=clock.local_date(region)) for person in patients]

    assert len({number.digits for number in numbers}) == TREATMENTS
    assert all(number.born == person.born for number, person in zip(numbers, patients, strict=True))
    # Birth numbers from 980 are not given out; the last of the three figures is even for women.
    assert all(int(number.digits[8:11]) >= 980 for number in numbers)
    assert all(
        (int(number.digits[10]) % 2 == 0) == (person.sex == Person.Sex.FEMALE)
        for number, person in zip(numbers, patients, strict=True)
    )


@pytest.mark.django_db
def test_two_hundred_patients_get_two_hundred_numbers_and_addresses() -> None:
    made = make_patients(200, chance=Random(3), today=clock.today(), at=clock.now())

    assert len({person.personal_number for person in made}) == 200
    assert len({person.email for person in made}) == 200


def test_each_treatment_has_one_responsible_therapist_who_works_at_its_unit(region: datetime) -> None:
    for treatment in Treatment.objects.all():
        relation = CareRelation.objects.get(treatment=treatment, kind="responsible", ends_at=None)

        assert relation.staff_id == treatment.therapist_id
        assert RoleAssignment.objects.filter(
            person=treatment.therapist_id, role=Role.THERAPIST, unit=treatment.unit_id
        ).exists()


@pytest.mark.parametrize(("model", "field"), MOMENTS, ids=lambda value: getattr(value, "__name__", value))
def test_nothing_has_happened_in_the_future(region: datetime, model: Any, field: str) -> None:
    assert model.objects.exclude(**{field: None}).exists()
    assert not model.objects.filter(**{f"{field}__gt": region}).exists()


def test_modules_are_opened_in_order_after_the_feedback_on_the_one_before(region: datetime) -> None:
    for treatment in Treatment.objects.all():
        progress = list(treatment.progress.order_by("position"))

        assert [one.position for one in progress] == list(range(1, len(progress) + 1))
        for earlier, later in pairwise(progress):
            assert earlier.feedback_at is not None
            assert earlier.feedback_at <= later.opened_at


def test_no_feedback_comes_before_the_work_and_no_reading_before_the_writing(region: datetime) -> None:
    assert ModuleProgress.objects.exclude(feedback_at=None).exists()
    assert not ModuleProgress.objects.filter(submitted_at__lt=F("opened_at")).exists()
    assert not ModuleProgress.objects.filter(feedback_at__lt=F("submitted_at")).exists()
    assert not ModuleProgress.objects.filter(submitted_at=None).exclude(feedback_at=None).exists()
    assert not Feedback.objects.filter(read_at__lt=F("sent_at")).exists()
    assert not Message.objects.filter(read_at__lt=F("sent_at")).exists()
    assert not Message.objects.filter(answered_at__lt=F("sent_at")).exists()
    assert not Alert.objects.filter(closed_at__lt=F("raised_at")).exists()


def test_each_module_that_has_feedback_has_the_text_of_it(region: datetime) -> None:
    answered = ModuleProgress.objects.exclude(feedback_at=None).values_list("treatment", "module_key")

    assert sorted(map(str, answered)) == sorted(
        map(str, Feedback.objects.values_list("treatment", "module_key"))
    )


def test_some_go_through_the_insomnia_program_with_a_window_that_grows(region: datetime) -> None:
    told = Treatment.objects.filter(version__program__key="insomnia")
    windows = WorksheetEntry.objects.filter(treatment__in=told, exercise="sleep_window_plan")
    by_module = {entry.module_key: entry.values["window_min"] for entry in windows}

    assert 0 < told.count() < TREATMENTS / 2
    assert [by_module[key] for key in sorted(by_module)] == sorted(by_module.values())


def test_every_handed_in_entry_passes_the_check_of_its_step(region: datetime) -> None:
    # Programs share step keys.
    blocks = {
        (version, step["key"]): block
        for version, document in FrozenModule.objects.values_list("version", "document")
        for step in document["steps"]
        for block in step["blocks"]
        if block["type"] == "exercise"
    }
    entries = list(WorksheetEntry.objects.select_related("treatment"))

    assert len(entries) > 5 * TREATMENTS
    for entry in entries:
        definition = load_all()[entry.exercise]
        block = blocks[entry.treatment.version_id, entry.step_key]
        assert block["exercise"] == entry.exercise
        assert entry.definition_hash == definition.content_hash
        assert check(definition, entry.values, only=block["fields"], complete=True) == []


def test_a_handed_in_module_has_the_entries_it_asks_for(region: datetime) -> None:
    counts = Counter(WorksheetEntry.objects.values_list("treatment", "step_key"))
    for progress in ModuleProgress.objects.exclude(submitted_at=None).select_related("treatment__version"):
        outline = next(
            module
            for module in progress.treatment.version.outline["modules"]
            if module["key"] == progress.module_key
        )
        hidden = {
            step["key"] for step in outline["steps"] if step.get("show", {}).get("otherwise") == "hidden"
        }
        for rule in outline["unlock"]["requires"]:
            if rule["step"] in hidden:
                continue
            assert counts[(progress.treatment_id, rule["step"])] >= rule["count"], rule


def test_the_reflection_is_written_last_in_its_module(region: datetime) -> None:
    for progress in ModuleProgress.objects.exclude(submitted_at=None):
        entries = WorksheetEntry.objects.filter(
            treatment=progress.treatment_id, module_key=progress.module_key
        )
        reflection = entries.get(exercise="module_reflection")

        assert clock.local_date(reflection.saved_at) == clock.local_date(progress.submitted_at or region)


def test_answers_lie_in_their_occasions_window_and_before_the_end(region: datetime) -> None:
    answered = Occasion.objects.exclude(answered_at=None)

    assert not answered.filter(answered_at__lt=F("opens_at")).exists()
    assert not answered.filter(answered_at__gte=F("closes_at")).exists()
    assert not answered.filter(kind="weekly", answered_at__gt=F("series__treatment__ended_at")).exists()
    assert answered.count() == Score.objects.count()


def test_every_risk_answer_has_its_alert(region: datetime) -> None:
    flagged = Score.objects.filter(risk__in=["watch", "high"]).values_list("occasion", "risk")

    assert sorted(map(str, flagged)) == sorted(
        map(str, Alert.objects.filter(kind="risk").values_list("occasion", "level"))
    )


def test_closed_high_alerts_tell_what_was_assessed(region: datetime) -> None:
    closed = Alert.objects.exclude(closed_at=None)

    assert all(len(alert.note) >= 10 and alert.outcome and alert.closed_by_id for alert in closed)


def test_no_two_neighbours_at_a_desk_have_written_the_same(region: datetime) -> None:
    for therapist in Person.objects.filter(roles__role=Role.THERAPIST):
        written = [
            {message.body for message in treatment.messages.filter(from_patient=True)}
            for treatment in Treatment.objects.filter(therapist=therapist).order_by("-starts_on")
        ]
        assert not any(one & other for one, other in pairwise(written))


def test_the_newcomer_has_her_first_questionnaires_and_module_one_open(region: datetime) -> None:
    newcomer = Treatment.objects.get(patient__email="hanna.ekstrom@demo.example.org")
    waiting = Occasion.objects.open(region).filter(series=newcomer.series_id)

    assert set(waiting.values_list("instrument__slug", "kind")) == {("phq-9", "pre"), ("gad-7", "pre")}
    assert list(newcomer.progress.values_list("module_key", "submitted_at")) == [("m01", None)]
    assert newcomer.therapist.name == "Tove Bergström"
    assert newcomer.messages.filter(from_patient=False, read_at=None).count() == 1


def test_the_first_desk_has_a_high_alert_minutes_old_and_a_watch(region: datetime) -> None:
    mine = Alert.objects.filter(owner__email="tove.bergstrom@demo.example.org", closed_at=None)
    high = mine.get(level="high")

    assert region - high.raised_at < timedelta(minutes=10)
    assert mine.filter(level="watch", kind="risk").exists()


def test_the_same_seed_and_moment_tell_the_same_story(region: datetime) -> None:
    """A second caseload of other people with the same seed differs in nothing but the people."""
    therapist = Person.objects.get(email="tove.bergstrom@demo.example.org")
    unit = CareUnit.objects.get(slug="ekhagen")
    version = ProgramVersion.objects.get(program__unit=unit, program__key="depression")

    def story(seed: int) -> list[object]:
        with transaction.atomic():
            patient = Person.objects.create(
                email="twin@example.org", first_name="Vera", last_name="Tvilling", born=date(1990, 1, 1)
            )
            (made,) = seed_caseload(
                [patient],
                versions={unit.pk: [version]},
                therapists=[(therapist, unit)],
                now=region,
                told=lambda done, all_: None,
                seed=seed,
            )
            told = [
                [(message.sent_at, message.body) for message in made.messages.order_by("sent_at")],
                sorted((entry.step_key, entry.saved_at, str(entry.values)) for entry in made.entries.all()),
                list(Score.objects.filter(occasion__series=made.series).values_list("answered_at", "total")),
                list(made.progress.values_list("module_key", "opened_at", "submitted_at", "feedback_at")),
            ]
            transaction.set_rollback(True)
        return told

    assert story(5) == story(5)
    assert story(5) != story(6)


@pytest.mark.django_db
def test_seeding_is_refused_where_real_patients_may_be(settings: Settings) -> None:
    settings.DEMO_PROFILE = False

    with pytest.raises(NotTheDemo):
        seed_region(12, told=lambda done, all_: None)
    assert not Person.objects.exists()


def test_the_first_manager_has_an_emergency_access_to_look_at_and_a_stand_in_to_see(region: datetime) -> None:
    waiting = EmergencyAccess.objects.get(decision="")
    stand_in = CareRelation.objects.get(kind=CareRelation.Kind.STAND_IN)

    assert waiting.relation.treatment.unit.slug == stand_in.treatment.unit.slug == "ekhagen"
    assert waiting.from_unit.slug != "ekhagen"
    assert stand_in.treatment.therapist.name == "Tove Bergström"
    assert stand_in.given_by is not None
    assert (stand_in.given_by.name, stand_in.reason) == ("Maria Hedlund", "Semester")


def test_every_unit_has_a_manager_and_a_coordinator(region: datetime) -> None:
    for role in (Role.UNIT_MANAGER, Role.COORDINATOR):
        held = RoleAssignment.objects.filter(role=role).values_list("unit", flat=True)
        assert set(held) == set(CareUnit.objects.values_list("pk", flat=True)), role
