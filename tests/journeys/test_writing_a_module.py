"""An editor builds a module in Wagtail, is stopped and mends it; others release it, and a patient begins it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.conf import settings
from playwright.sync_api import expect

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.models import Treatment
from ikbt.treatments.starting import start_treatment
from programs.freezing import freeze
from programs.models import ProgramPage, ProgramVersion, UnitPage
from programs.publishing import findings
from programs.site_tree import ensure_site
from tests.cast import DECIDED, Cast, give, person
from tests.journeys.authoring import Author
from tests.journeys.conftest import DESK, PHONE, Open
from tests.journeys.region import session_of
from tests.journeys.releasing import at_their_desks, take_the_whole_way
from tests.journeys.stage import offstage
from tests.programs.reviewed import reviewers_at

WELCOME = "Fint att du är här. Vi börjar lugnt."


def unit_page_of(cast: Cast) -> int:
    ensure_site([cast.alfa, cast.beta], by=None, at=clock.now())
    return int(UnitPage.objects.get(unit=cast.alfa).pk)


def stopping(program: int) -> list[str]:
    """What stops the program's newest draft."""
    page = ProgramPage.objects.get(pk=program)
    return [str(problem) for problem in findings(page, freeze(page)) if problem.stops]


@pytest.fixture
def unit_page(played: Cast) -> int:
    """Where the unit's programs lie; the tree must stand before an editor signs in."""
    return offstage(unit_page_of, played)


@pytest.fixture
def author(unit_page: int, played: Cast, opened: Open, server: str) -> Author:
    page = opened(None, DESK)
    key = offstage(session_of, played.editor)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server}])
    return Author(page)


@dataclass(frozen=True)
class Built:
    """The pages of a program and its first module, and where its picture and its last step stand."""

    program: int
    module: int
    picture: str
    last: int


def build(author: Author, unit_page: int) -> Built:
    """Six steps with four kinds of blocks and an exercise; a picture without a text, and a step without anything."""
    program = author.begin_program(
        unit_page, title="Mod i vardagen", summary="Du övar på det du drar dig för."
    )
    module = author.begin_module(program, title="Börja öva", goal="Du vet hur det går till.")
    first = author.add_step("Välkommen")
    author.write(f"{author.add_block(first, 'Text')}-html", WELCOME)
    second = author.add_step("Så hänger det ihop")
    picture = author.add_block(second, "Illustration")
    author.page.locator(f"#{picture}-name").select_option("vicious-circle")
    third = author.add_step("Ett råd")
    author.write(f"{author.add_block(third, 'Faktaruta')}-html", "Börja med något litet.")
    fourth = author.add_step("Elin berättar")
    author.write(f"{author.add_block(fourth, 'Citat eller fall')}-html", "Jag gick ut ändå.")
    fifth = author.add_step("Ditt mål")
    goal = author.add_block(fifth, "Övning")
    author.page.locator(f"#{goal}-exercise").select_option("goal_setting")
    last = author.add_step("Till sist")
    author.save()
    return Built(program, module, picture, last)


def mend(author: Author, built: Built) -> None:
    """What the checks named."""
    author.page.locator(f"#{built.picture}-alt").fill("Tanke, känsla, kropp och handling i en cirkel.")
    author.write(f"{author.add_block(built.last, 'Text')}-html", "Bra jobbat. Vi ses i nästa modul.")
    author.save()
    expect(author.page.locator(".ikbt-checks")).not_to_contain_text("Måste rättas före publicering")


def test_a_module_of_six_steps_is_built_stopped_and_mended(unit_page: int, author: Author) -> None:
    built = build(author, unit_page)

    told = author.told()
    assert "Bilden saknar" in told
    assert "Steget är tomt." in told
    assert len(offstage(stopping, built.program)) == 2

    mend(author, built)

    assert offstage(stopping, built.program) == []
    assert author.page.url.endswith(f"/admin/pages/{built.module}/edit/")


def test_what_is_written_at_one_unit_is_released_by_another_person_and_begun_by_a_patient_at_another_unit(
    unit_page: int, author: Author, played: Cast, opened: Open
) -> None:
    built = build(author, unit_page)
    who = offstage(reviewers_at, played.alfa, played.editor, played.publisher)
    draft = offstage(ProgramPage.objects.get, pk=built.program)

    # Stopped: the page about review has no way on.
    author.page.goto(f"/admin/program/{draft.pk}/granskning/")
    expect(author.page.get_by_role("button", name="Skicka på granskning")).to_be_disabled()
    author.page.goto(f"/admin/pages/{built.module}/edit/")
    mend(author, built)

    take_the_whole_way(at_their_desks(opened, who), draft, note="Första versionen.")
    version = offstage(ProgramVersion.objects.get, program__page=draft)
    assert (version.number, version.published_by_id) == ("1.0", played.publisher.pk)

    manager = opened(offstage(managing_beta, played), DESK)
    manager.goto(f"/katalog/{version.program_id}/")
    manager.locator(f"a[href='/katalog/version/{version.pk}/aktivera/']").click()
    manager.get_by_role("button", name="Använd den här versionen").click()
    expect(manager.get_by_text("startar nu nya behandlingar med Mod i vardagen 1.0")).to_be_visible()

    treatment = offstage(begin_at_beta, played, version)
    patient = opened(treatment.patient, PHONE)
    patient.goto(f"/behandling/{treatment.pk}/")
    patient.get_by_role("link", name="Börja öva").first.click()
    patient.get_by_role("link", name="Välkommen").first.click()
    expect(patient.get_by_text(WELCOME)).to_be_visible()


def managing_beta(cast: Cast) -> Person:
    return give(person("Bodil", "Chef"), Role.UNIT_MANAGER, cast.beta)


def begin_at_beta(cast: Cast, version: ProgramVersion) -> Treatment:
    return start_treatment(
        give(person("Nora", "Patient"), Role.PATIENT),
        version=version,
        unit=cast.beta,
        therapist=cast.olle,
        starts_on=clock.today(),
        decision=DECIDED,
        by=SYSTEM,
        at=clock.now(),
    )
