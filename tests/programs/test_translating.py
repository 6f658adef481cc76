"""A translation stands beside its source, tells what is out of date, and is offered by the patient's language."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.starting import start_treatment
from programs.activating import activate
from programs.adopting import NotAdopted
from programs.freezing import freeze
from programs.importing import import_program
from programs.languages import direction_of
from programs.models import Activation, ModulePage, ProgramPage, UnitPage
from programs.publishing import findings, publish
from programs.translating import State, begin_translation, in_language, mark_translated, translation_of
from tests.cast import DECIDED, Cast, give, person
from tests.conftest import signed_in_client
from tests.programs.conftest import Folder
from tests.therapist.unit.scene import confirmed, coordinator

pytestmark = pytest.mark.django_db


@pytest.fixture
def persian(draft: ProgramPage, cast: Cast) -> ProgramPage:
    """A translation to Persian that has just begun; the source is not released."""
    return begin_translation(draft, language="fa", by=cast.editor, at=clock.now())


def states(page: ProgramPage) -> dict[str, State]:
    found = translation_of(page)
    assert found is not None
    return {side.key: side.state for side in found.sides}


def in_persian(folder: Folder) -> Folder:
    """The small program as files in Persian, tied to its source."""
    folder.program |= {
        "key": "mod-fa",
        "language": "fa",
        "title": "برنامه‌ای درباره شجاعت",
        "measures": [],
        "translates": {"program": "mod", "steps": {}},
    }
    folder.first |= {"title": "شروع"}
    folder.first["steps"][0] |= {
        "title": "خوش آمدید",
        "blocks": [{"type": "text", "html": "<p>خوشحالیم که اینجا هستید.</p>"}],
    }
    for step in (folder.first["steps"][1], folder.second["steps"][0]):
        step["title"] = "دفتر خاطرات"
    return folder


def test_it_begins_with_the_sources_keys_and_nothing_translated(persian: ProgramPage) -> None:
    assert (persian.key, persian.language) == ("mod-fa", "fa")
    assert states(persian) == dict.fromkeys(("m01-s01", "m01-s02", "m02-s01"), State.UNTRANSLATED)


def test_text_that_is_still_the_sources_stops_the_release(persian: ProgramPage) -> None:
    places = {one.place for one in findings(persian, freeze(persian)) if one.stops}

    assert {"m01-s01", "m01-s02", "m02-s01"} <= places


def test_a_step_is_up_to_date_until_its_source_changes(
    persian: ProgramPage, imported: Callable[[], ProgramPage], folder: Folder, cast: Cast
) -> None:
    mark_translated(persian, ["m01-s01", "m02-s01"], by=cast.editor, at=clock.now())
    assert states(persian)["m01-s01"] == State.DONE

    folder.first["steps"][0]["title"] = "Välkommen hit"
    imported()

    assert states(persian) == {
        "m01-s01": State.OUT_OF_DATE,
        "m01-s02": State.UNTRANSLATED,
        "m02-s01": State.DONE,
    }


def test_only_those_who_write_at_the_unit_translate(draft: ProgramPage, cast: Cast) -> None:
    with pytest.raises(NotAdopted):
        begin_translation(draft, language="fa", by=cast.manager, at=clock.now())
    with pytest.raises(NotAdopted):
        begin_translation(draft, language="sv", by=cast.editor, at=clock.now())


def test_the_page_shows_both_sides_each_in_its_own_direction(persian: ProgramPage, cast: Cast) -> None:
    client = signed_in_client(cast.editor)
    address = f"/admin/program/{persian.pk}/oversattning/"

    html = client.get(address).content.decode()
    assert '<div lang="sv" dir="ltr">' in html
    assert '<div lang="fa" dir="rtl">' in html

    assert client.post(address, {"step": ["m01-s01"]}).status_code == 302
    assert states(persian)["m01-s01"] == State.DONE


def test_a_translation_begins_from_the_page(draft: ProgramPage, cast: Cast) -> None:
    answer = signed_in_client(cast.editor).post(f"/admin/program/{draft.pk}/oversatt/", {"language": "ar"})

    assert answer.status_code == 302
    assert ProgramPage.objects.get(key="mod-ar").language == "ar"


def test_a_patient_starts_in_her_language_and_reads_from_right_to_left(
    draft: ProgramPage, folder: Folder, alfa_page: UnitPage, cast: Cast
) -> None:
    swedish = publish(draft, by=None, at=clock.now())
    page = import_program(in_persian(folder).written(), unit_page=alfa_page, by=None, at=clock.now())
    persian = publish(page, by=None, at=clock.now())
    activate(swedish, unit=cast.alfa, by=None, at=clock.now())
    assert in_language(swedish, "fa", cast.alfa.pk) == swedish, "not before the unit treats by it"
    activate(persian, unit=cast.alfa, by=None, at=clock.now())

    assert in_language(swedish, "fa", cast.alfa.pk) == persian
    assert in_language(persian, "sv", cast.alfa.pk) == swedish
    assert in_language(swedish, "so", cast.alfa.pk) == swedish
    parisa = give(person("Parisa", "Karimi", language="fa"), Role.PATIENT)
    treatment = start_treatment(
        parisa,
        version=in_language(swedish, parisa.language, cast.alfa.pk),
        unit=cast.alfa,
        therapist=cast.tove,
        starts_on=clock.today(),
        decision=DECIDED,
        by=SYSTEM,
        at=clock.now(),
    )
    client = signed_in_client(parisa)
    reading = client.get(f"/behandling/{treatment.pk}/modul/m01/steg/m01-s01/").content.decode()
    assert '<div class="app-stack" lang="fa" dir="rtl">' in reading
    assert "خوشحالیم" in reading
    # What is Swedish on the page stays so, the exercise's own words too.
    writing = client.get(f"/behandling/{treatment.pk}/modul/m01/steg/m01-s02/").content.decode()
    assert 'id="ovning" lang="sv" dir="ltr"' in writing


def test_a_preview_is_written_from_right_to_left_too(folder: Folder, alfa_page: UnitPage, cast: Cast) -> None:
    page = import_program(in_persian(folder).written(), unit_page=alfa_page, by=None, at=clock.now())
    module = ModulePage.objects.child_of(page).get(key="m01")

    html = signed_in_client(cast.editor).get(f"/admin/pages/{module.pk}/view_draft/").content.decode()

    assert 'lang="fa" dir="rtl"' in html


@pytest.mark.parametrize(
    ("code", "expected"), [("fa", "rtl"), ("ar-SY", "rtl"), ("sv", "ltr"), ("ku", "ltr"), ("", "ltr")]
)
def test_the_direction_follows_the_language(code: str, expected: str) -> None:
    assert direction_of(code) == expected


def test_the_files_keep_what_a_step_was_compared_with(persian: ProgramPage, cast: Cast) -> None:
    mark_translated(persian, ["m01-s01"], by=cast.editor, at=clock.now())

    told = json.loads(json.dumps(freeze(persian).program))["translates"]

    assert told["program"] == "mod"
    assert list(told["steps"]) == ["m01-s01"]


def test_whoever_prepares_a_treatment_is_told_that_the_program_is_there_in_the_patients_language(
    draft: ProgramPage, folder: Folder, alfa_page: UnitPage, cast: Cast
) -> None:
    swedish = publish(draft, by=None, at=clock.now())
    page = import_program(in_persian(folder).written(), unit_page=alfa_page, by=None, at=clock.now())
    activate(swedish, unit=cast.alfa, by=None, at=clock.now())
    activate(publish(page, by=None, at=clock.now()), unit=cast.alfa, by=None, at=clock.now())
    parisa = give(person("Parisa", "Karimi", language="fa"), Role.PATIENT)
    parisa.set_number("19121212-1212")
    parisa.save()
    said = {
        "number": "19121212-1212",
        "program": str(Activation.objects.running().get(unit=cast.alfa, version=swedish).pk),
        "therapist": str(cast.tove.pk),
        "starts_on": clock.today().isoformat(),
    }
    client = confirmed(coordinator(cast.alfa))
    words = "Programmet finns på patientens språk"

    assert words in client.post("/enhet/starter/ny/", said).content.decode()
    parisa.language = "sv"
    parisa.save()
    assert words not in client.post("/enhet/starter/ny/", said).content.decode()
