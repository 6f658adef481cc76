"""An open module stays as it was read; one that is not open comes from the newest version of the same first number."""

from __future__ import annotations

from copy import deepcopy
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.deciding import open_subtypes
from ikbt.treatments.models import ModuleProgress, Treatment
from ikbt.treatments.reading import module_to_open, newest_at, outline_of
from ikbt.treatments.recalling import read_mended
from ikbt.treatments.releasing import open_module
from programs.activating import activate
from programs.models import FrozenModule, ProgramVersion, Withdrawal
from tests.cast import Cast
from tests.conftest import SignIn
from tests.ikbt.treatments.tailored import Course, course, exercise_step, module
from tests.programs.versions import next_version, titled

pytestmark = pytest.mark.django_db


def open_second(treatment: Treatment, cast: Cast) -> ModuleProgress:
    return open_module(
        treatment, "m02", opened_by=cast.tove, reason="Redo för nästa.", by=SYSTEM, at=clock.now()
    )


def test_an_open_module_is_pinned_to_what_was_opened(cast: Cast) -> None:
    progress = ModuleProgress.objects.get(treatment=cast.treatment, module_key="m01")

    assert progress.module == cast.version.modules.get(key="m01")


def test_a_minor_version_reaches_modules_that_are_not_open_and_no_other(cast: Cast) -> None:
    minor = next_version(cast.version, major=False, m01=titled("Nytt namn ett"), m02=titled("Nytt namn två"))

    titles = [module["title"] for module in outline_of(cast.treatment)["modules"]]
    opened = open_second(cast.treatment, cast)

    assert titles == ["Första modulen", "Nytt namn två"]
    assert opened.module == minor.modules.get(key="m02")


def test_what_was_opened_stays_when_the_next_minor_version_comes(cast: Cast) -> None:
    first = next_version(cast.version, major=False, m02=titled("Två, andra texten"))
    opened = open_second(cast.treatment, cast)
    next_version(first, major=False, m02=titled("Två, tredje texten"))

    opened.refresh_from_db()
    assert opened.module == first.modules.get(key="m02")
    fresh = Treatment.objects.of_patient(cast.anna.pk).get()
    assert [one["title"] for one in outline_of(fresh)["modules"]] == ["Första modulen", "Två, andra texten"]


def test_a_major_version_reaches_nobody_by_itself(cast: Cast) -> None:
    next_version(cast.version, major=True, m02=titled("Två i ny huvudversion"))

    assert [one["title"] for one in outline_of(cast.treatment)["modules"]] == [
        "Första modulen",
        "Andra modulen",
    ]
    assert module_to_open(cast.treatment, "m02") == cast.version.modules.get(key="m02")


def test_a_withdrawn_minor_version_reaches_nobody(cast: Cast) -> None:
    minor = next_version(cast.version, major=False, m02=titled("Fel text"))
    Withdrawal.objects.create(version=minor, reason="Fel.", at=clock.now(), by=cast.publisher)

    assert module_to_open(cast.treatment, "m02") == cast.version.modules.get(key="m02")


def test_a_withdrawn_minor_version_that_she_started_on_gives_way_to_an_earlier_one_that_stands(
    cast: Cast,
) -> None:
    minor = next_version(cast.version, major=False, m02=titled("Fel text"))
    Treatment.objects.filter(pk=cast.treatment.pk).update(version=minor)
    withdraw_all(cast, minor)
    hers = Treatment.objects.of_patient(cast.anna.pk).get()

    assert module_to_open(hers, "m02") == cast.version.modules.get(key="m02")
    assert [one["title"] for one in outline_of(hers)["modules"]] == ["Första modulen", "Andra modulen"]


def choose(cast: Cast, version: ProgramVersion, *, follows: bool = False) -> None:
    """Anna's unit treats by the version, and lets smaller changes take over or not."""
    activate(version, unit=cast.alfa, by=cast.manager, at=clock.now(), follows=follows)


def test_where_the_unit_lets_no_change_take_over_a_minor_version_reaches_nobody(cast: Cast) -> None:
    choose(cast, cast.version)
    next_version(cast.version, major=False, m02=titled("Två, mindre version"))

    assert [one["title"] for one in outline_of(cast.treatment)["modules"]] == [
        "Första modulen",
        "Andra modulen",
    ]
    assert open_second(cast.treatment, cast).module == cast.version.modules.get(key="m02")


def test_what_the_unit_has_chosen_itself_reaches_those_under_way_and_nothing_later(cast: Cast) -> None:
    chosen = next_version(cast.version, major=False, m02=titled("Två, vald"))
    next_version(chosen, major=False, m02=titled("Två, inte vald"))
    choose(cast, chosen)

    assert module_to_open(cast.treatment, "m02") == chosen.modules.get(key="m02")


def test_a_unit_that_says_yes_afterwards_gets_the_change_for_those_under_way(cast: Cast) -> None:
    choose(cast, cast.version)
    minor = next_version(cast.version, major=False, m02=titled("Två, mindre version"))
    choose(cast, cast.version, follows=True)

    assert module_to_open(cast.treatment, "m02") == minor.modules.get(key="m02")


def test_a_choice_that_has_ended_still_rules_those_under_way(cast: Cast) -> None:
    choose(cast, cast.version)
    next_version(cast.version, major=False, m02=titled("Två, mindre version"))
    choose(cast, next_version(cast.version, major=True), follows=True)

    assert module_to_open(cast.treatment, "m02") == cast.version.modules.get(key="m02")


def test_nobody_reads_an_earlier_version_than_her_own_because_her_unit_chose_one(cast: Cast) -> None:
    minor = next_version(cast.version, major=False, m02=titled("Två, mindre version"))
    choose(cast, cast.version)
    Treatment.objects.filter(pk=cast.treatment.pk).update(version=minor)
    hers = Treatment.objects.of_patient(cast.anna.pk).get()

    assert module_to_open(hers, "m02") == minor.modules.get(key="m02")


def test_what_its_owner_has_taken_back_gives_way_also_to_what_the_unit_has_not_chosen(cast: Cast) -> None:
    choose(cast, cast.version)
    minor = next_version(cast.version, major=False, m02=titled("Två, rättad"))
    withdraw_all(cast, cast.version)

    assert module_to_open(cast.treatment, "m02") == minor.modules.get(key="m02")


def test_each_units_choice_rules_its_own_patients_and_all_units_are_one_query(cast: Cast) -> None:
    choose(cast, cast.version)
    minor = next_version(cast.version, major=False, m02=titled("Två, mindre version"))
    alfa, beta = (cast.version.pk, cast.alfa.pk), (cast.version.pk, cast.beta.pk)

    with CaptureQueriesContext(connection) as seen:
        found = newest_at([alfa, beta])

    assert found == {alfa: cast.version.pk, beta: minor.pk}
    assert len(seen) == 1
    assert newest_at([]) == {}


def test_a_regions_units_are_asked_a_hundred_at_a_time(cast: Cast) -> None:
    places = [(cast.version.pk, uuid4()) for _ in range(501)]

    with CaptureQueriesContext(connection) as captured:
        found = newest_at(places)

    assert (len(captured), set(found.values()), len(found)) == (6, {cast.version.pk}, 501)


def test_a_version_reads_as_itself_when_no_minor_version_stands(cast: Cast) -> None:
    minor = next_version(cast.version, major=False, m02=titled("Två, mindre version"))
    withdraw_all(cast, cast.version, minor)

    assert module_to_open(cast.treatment, "m02") == cast.version.modules.get(key="m02")


def test_an_earlier_version_is_never_put_in_place_of_an_open_module_as_mended(cast: Cast) -> None:
    minor = next_version(cast.version, major=False, m01=titled("Fel text"))
    row = ModuleProgress.objects.get(treatment=cast.treatment, module_key="m01")
    row.module = minor.modules.get(key="m01")
    row.save()
    withdraw_all(cast, minor)

    assert not read_mended(row, at=clock.now())
    row.refresh_from_db()
    assert row.module == minor.modules.get(key="m01")


def with_first_subtype(cast: Cast) -> Course:
    """A course whose program has one subtype and a choice between modules."""
    steps = [exercise_step("m01-s01"), exercise_step("m01-s02", only_for=["wash"])]
    return course(
        cast,
        module("m01", *steps, release="start"),
        module("m02", exercise_step("m02-s01")),
        subtypes=[{"key": "wash", "title": "Tvätt"}],
        choices=[
            {
                "key": "c1",
                "title": "Välj",
                "least": 1,
                "most": 1,
                "options": [{"key": "a", "title": "A", "modules": ["m02"]}],
            }
        ],
    )


CHECKING = {"subtypes": [{"key": "check", "title": "Kontroll"}], "choices": []}


def test_subtypes_and_choices_are_those_of_the_version_whose_modules_she_reads(cast: Cast) -> None:
    made = with_first_subtype(cast)
    assert [one["key"] for one in outline_of(made.treatment)["choices"]] == ["c1"]
    next_version(made.treatment.version, major=False, about=CHECKING)

    outline = outline_of(Treatment.objects.of_patient(made.patient.pk).get())

    assert outline["choices"] == []
    # What she has open was opened from the first version: its subtype can still be hers.
    assert [one["key"] for one in outline["subtypes"]] == ["check", "wash"]


def test_a_subtype_that_came_with_a_minor_version_can_be_opened_and_so_can_the_one_before(cast: Cast) -> None:
    made = with_first_subtype(cast)
    next_version(made.treatment.version, major=False, about=CHECKING)

    decision = open_subtypes(made.treatment, ["check", "wash"], staff=cast.tove, by=SYSTEM, at=clock.now())

    assert decision.answer == ["check", "wash"]


def withdraw_all(cast: Cast, *versions: ProgramVersion) -> None:
    """The owner has taken these back."""
    for version in versions:
        Withdrawal.objects.create(version=version, reason="Fel.", at=clock.now(), by=cast.publisher)


def test_the_patient_and_her_therapist_read_the_same(cast: Cast, signed_in: SignIn) -> None:
    next_version(cast.version, major=False, m01=titled("Nytt namn ett"), m02=titled("Nytt namn två"))
    mine = (
        signed_in(cast.anna).get(reverse("treatments:treatment", args=[cast.treatment.pk])).content.decode()
    )
    desk = signed_in(cast.tove).get(reverse("therapist:patient", args=[cast.treatment.pk])).content.decode()

    for html in (mine, desk):
        assert "Första modulen" in html
        assert "Nytt namn två" in html
        assert "Nytt namn ett" not in html


def test_a_step_is_read_from_the_pinned_module(cast: Cast, signed_in: SignIn) -> None:
    def changed(document: dict[str, Any]) -> dict[str, Any]:
        new = deepcopy(document)
        new["steps"][0]["blocks"] = [{"type": "text", "html": "<p>Helt annan text.</p>"}]
        return new

    next_version(cast.version, major=False, m01=changed)
    html = (
        signed_in(cast.anna)
        .get(reverse("treatments:step", args=[cast.treatment.pk, "m01", "m01-s01"]))
        .content.decode()
    )

    assert "Det här är en text." in html
    assert "Helt annan text." not in html


def test_more_versions_cost_no_more_queries(cast: Cast, signed_in: SignIn) -> None:
    patient, place = signed_in(cast.anna), reverse("treatments:treatment", args=[cast.treatment.pk])
    version: ProgramVersion = next_version(cast.version, major=False, m02=titled("Två, mindre version"))
    patient.get(place)
    before = asked(patient, place)
    for number in range(5):
        version = next_version(version, major=False, m02=titled(f"Två, {number}"))
    # The first reader in a process reads the newest one's outline, and that one alone.
    assert asked(patient, place) == before + 1

    assert asked(patient, place) == before


def asked(client: Client, place: str) -> int:
    """How many queries one page asks."""
    with CaptureQueriesContext(connection) as seen:
        client.get(place)
    return len(seen)


def test_rows_from_before_are_pinned_to_the_version_of_their_treatment(cast: Cast) -> None:
    ModuleProgress.objects.filter(treatment=cast.treatment).update(module=None)
    next_version(cast.version, major=False, m01=titled("Nytt namn ett"))

    import_module("ikbt.treatments.migrations.0013_pin_open_modules").pin(apps, None)

    read = FrozenModule.objects.get(version=cast.version, key="m01")
    assert ModuleProgress.objects.get(treatment=cast.treatment, module_key="m01").module == read
