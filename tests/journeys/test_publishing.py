"""A minor and a main version go out through review; three patients at different places see just what they should."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.models import Treatment
from ikbt.treatments.releasing import open_module
from ikbt.treatments.starting import start_treatment
from programs.activating import activate
from programs.importing import import_program
from programs.models import ProgramPage, ProgramVersion, UnitPage
from programs.publishing import publish
from programs.site_tree import ensure_site
from tests.cast import DECIDED, Cast, give, person
from tests.journeys.conftest import DESK, PHONE, Open
from tests.journeys.releasing import Steps, at_their_desks, move_forward, rewrite, take_the_whole_way
from tests.journeys.stage import offstage
from tests.programs.conftest import Folder
from tests.programs.reviewed import Reviewers, reviewers_at

FIRST_TEXT, SECOND_TEXT = "Fint att du är", "Samma dagbok som förut."
MINOR_FIRST, MINOR_SECOND = "Rättad inledning.", "Rättad text om dagboken."
MAJOR_FIRST, NEW_STEP = "Helt ny inledning.", "Ett nytt steg"


@dataclass(frozen=True)
class Play:
    """Who takes part: Berta has begun, Cia has come to the second module, Dora waits to be moved."""

    draft: ProgramPage
    who: Reviewers
    tove: Person
    berta: Treatment
    cia: Treatment
    dora: Treatment

    def versions(self) -> dict[str, ProgramVersion]:
        return {one.number: one for one in ProgramVersion.objects.filter(program__page=self.draft)}


@pytest.fixture
def play(played: Cast, tmp_path: Path, settings: LazySettings) -> Play:
    settings.MEDIA_ROOT = str(tmp_path / "stored")
    return offstage(_set, played, tmp_path)


def _set(cast: Cast, tmp_path: Path) -> Play:
    now = clock.now()
    ensure_site([cast.alfa, cast.beta], by=None, at=now)
    files = Folder(tmp_path)
    files.second["steps"][0]["blocks"].insert(0, {"type": "text", "html": f"<p>{SECOND_TEXT}</p>"})
    draft = import_program(files.written(), unit_page=UnitPage.objects.get(unit=cast.alfa), by=None, at=now)
    version = publish(draft, by=None, at=clock.now())
    activate(version, unit=cast.alfa, by=None, at=now, follows=True)
    begun = [_begin(cast, name, version) for name in ("Berta", "Cia", "Dora")]
    open_second(begun[1], cast.tove)
    who = reviewers_at(cast.alfa, cast.editor, cast.publisher)
    return Play(draft, who, cast.tove, *begun)


def _begin(cast: Cast, name: str, version: ProgramVersion) -> Treatment:
    return start_treatment(
        give(person(name, "Patient"), Role.PATIENT),
        version=version,
        unit=cast.alfa,
        therapist=cast.tove,
        starts_on=clock.today(),
        decision=DECIDED,
        by=SYSTEM,
        at=clock.now(),
    )


def open_second(treatment: Treatment, therapist: Person) -> None:
    open_module(
        treatment, "m02", opened_by=therapist, reason="Redo för nästa modul.", by=SYSTEM, at=clock.now()
    )


def text(steps: Steps, words: str) -> None:
    """The first step's first text block says something else."""
    block = next(block for block in steps[0]["value"]["blocks"] if block["type"] == "text")
    block["value"]["html"] = f"<p>{words}</p>"


def reads(page: Page, treatment: Treatment, step: str, words: str) -> None:
    page.goto(f"/behandling/{treatment.pk}/modul/{step[:3]}/steg/{step}/")
    expect(page.get_by_text(words).first).to_be_visible()


def test_three_patients_at_different_places_see_what_they_should(play: Play, opened: Open) -> None:
    berta, cia, dora = (opened(one.patient, PHONE) for one in (play.berta, play.cia, play.dora))
    for page, treatment in ((berta, play.berta), (cia, play.cia), (dora, play.dora)):
        reads(page, treatment, "m01-s01", FIRST_TEXT)

    desks = at_their_desks(opened, play.who)

    # A minor version: both modules are worded otherwise.
    rewrite(play.draft, "m01", lambda steps: text(steps, MINOR_FIRST), by=play.who.editor)
    rewrite(play.draft, "m02", lambda steps: text(steps, MINOR_SECOND), by=play.who.editor)
    take_the_whole_way(desks, play.draft, note="Språket är rättat.")
    assert set(offstage(play.versions)) == {"1.0", "1.1"}

    offstage(open_second, play.berta, play.tove)
    reads(berta, play.berta, "m01-s01", FIRST_TEXT)
    reads(berta, play.berta, "m02-s01", MINOR_SECOND)
    reads(cia, play.cia, "m02-s01", SECOND_TEXT)

    # A main version: a step more in the first module.
    rewrite(play.draft, "m01", _main, by=play.who.editor)
    take_the_whole_way(desks, play.draft, note="Ett nytt steg i modul ett.")
    main = offstage(play.versions)["2.0"]
    offstage(activate, main, unit=main.program.unit, by=None, at=clock.now())

    reads(berta, play.berta, "m01-s01", FIRST_TEXT)
    reads(cia, play.cia, "m01-s01", FIRST_TEXT)
    reads(dora, play.dora, "m01-s01", FIRST_TEXT)
    for page, treatment in ((berta, play.berta), (cia, play.cia), (dora, play.dora)):
        page.goto(f"/behandling/{treatment.pk}/modul/m01/")
        expect(page.get_by_text(NEW_STEP)).to_have_count(0)

    # Her therapist moves Dora alone.
    move_forward(opened(play.tove, DESK), play.dora.pk, reason="Vi har bestämt det tillsammans i dag.")
    reads(dora, play.dora, "m01-s01", MAJOR_FIRST)
    dora.goto(f"/behandling/{play.dora.pk}/modul/m01/")
    expect(dora.get_by_text(NEW_STEP).first).to_be_visible()
    reads(berta, play.berta, "m01-s01", FIRST_TEXT)
    reads(cia, play.cia, "m02-s01", SECOND_TEXT)


def _main(steps: Steps) -> None:
    text(steps, MAJOR_FIRST)
    more = {"type": "text", "value": {"html": "<p>Mer att läsa.</p>"}}
    steps.append({"type": "step", "value": {"key": "m01-s03", "title": NEW_STEP, "blocks": [more]}})
