"""An editor builds a module of six steps in Wagtail's editor, is stopped by the checks, and mends what they name."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import expect

from ikbt.common import clock
from programs.freezing import freeze
from programs.models import ProgramPage, UnitPage
from programs.publishing import findings
from programs.site_tree import ensure_site
from tests.cast import Cast
from tests.journeys.authoring import Author
from tests.journeys.conftest import DESK, Open
from tests.journeys.region import session_of
from tests.journeys.stage import offstage


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


def test_a_module_of_six_steps_is_built_stopped_and_mended(unit_page: int, author: Author) -> None:
    program = author.begin_program(
        unit_page, title="Mod i vardagen", summary="Du övar på det du drar dig för."
    )
    module = author.begin_module(program, title="Börja öva", goal="Du vet hur det går till.")

    first = author.add_step("Välkommen")
    author.write(f"{author.add_block(first, 'Text')}-html", "Fint att du är här. Vi börjar lugnt.")
    second = author.add_step("Så hänger det ihop")
    picture = author.add_block(second, "Illustration")
    author.page.locator(f"#{picture}-name").select_option("vicious-circle")
    third = author.add_step("Ett råd")
    tip = author.add_block(third, "Faktaruta")
    author.write(f"{tip}-html", "Börja med något litet.")
    fourth = author.add_step("Elin berättar")
    author.write(f"{author.add_block(fourth, 'Citat eller fall')}-html", "Jag gick ut ändå.")
    fifth = author.add_step("Ditt mål")
    goal = author.add_block(fifth, "Övning")
    author.page.locator(f"#{goal}-exercise").select_option("goal_setting")
    author.add_step("Till sist")
    author.save()

    told = author.told()
    assert "Bilden saknar" in told
    assert "Steget är tomt." in told
    assert len(offstage(stopping, program)) == 2

    author.page.locator(f"#{picture}-alt").fill("Tanke, känsla, kropp och handling i en cirkel.")
    author.write(f"{author.add_block(5, 'Text')}-html", "Bra jobbat. Vi ses i nästa modul.")
    author.save()

    expect(author.page.locator(".ikbt-checks")).not_to_contain_text("Måste rättas före publicering")
    assert offstage(stopping, program) == []
    assert author.page.url.endswith(f"/admin/pages/{module}/edit/")
