"""The public pages tell anyone what units offer; drafts are never among them."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page, Site

from ikbt.accounts.models import CareUnit
from ikbt.common import clock
from programs.activating import activate
from programs.models import ProgramPage, StartPage, UnitPage
from programs.publishing import publish
from programs.site_tree import ensure_site
from tests.cast import Cast, published, unit

pytestmark = pytest.mark.django_db


def queries_of(client: Client) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get("/").status_code == 200
    return len(seen)


def offered(draft: ProgramPage, cast: Cast) -> None:
    activate(publish(draft, by=None, at=clock.now()), unit=cast.alfa, by=None, at=clock.now())


def test_it_tells_the_units_programs_how_to_apply_and_where_to_call(
    draft: ProgramPage, cast: Cast, client: Client
) -> None:
    offered(draft, cast)

    html = client.get("/").content.decode()

    assert "Ett program om mod" in html
    assert "För dig som undviker." in html
    assert cast.alfa.name in html
    assert "Så ansöker du" in html
    assert "Vad händer med mina uppgifter?" in html
    assert 'href="tel:112"' in html
    assert "021-17 57 00" in html
    assert f'href="{reverse("accounts:sign_in")}"' in html


def test_a_program_of_several_units_is_told_once_with_all_of_them(
    draft: ProgramPage, cast: Cast, client: Client
) -> None:
    published(cast.alfa, key="fordjupning")
    published(cast.beta, key="fordjupning")

    told = {
        entry.offer.title: [place.unit for place in entry.places]
        for entry in client.get("/").context["programs"]
    }

    assert sorted(map(len, told.values())) == [2]
    assert set(*told.values()) == {cast.alfa, cast.beta}


def test_each_unit_leads_to_its_page(draft: ProgramPage, cast: Cast, client: Client) -> None:
    offered(draft, cast)

    html = client.get("/").content.decode()

    assert f'<a href="/alfa/">{cast.alfa.name}</a>' in html


def test_it_speaks_the_language_it_is_written_in(draft: ProgramPage, client: Client) -> None:
    response = client.get("/", headers={"accept-language": "en"})

    assert '<html lang="sv"' in response.content.decode()
    assert response["Content-Language"] == "sv"


def test_a_version_that_no_unit_treats_by_is_not_told_of(draft: ProgramPage, client: Client) -> None:
    publish(draft, by=None, at=clock.now())

    assert "Ett program om mod" not in client.get("/").content.decode()


def test_another_units_program_is_told_where_it_is_treated_by(
    draft: ProgramPage, cast: Cast, client: Client
) -> None:
    version = publish(draft, by=None, at=clock.now())

    activate(version, unit=cast.beta, by=None, at=clock.now())

    assert "Ett program om mod" in client.get("/beta/").content.decode()
    assert "Ett program om mod" not in client.get("/alfa/").content.decode()


def test_a_draft_is_not_told_of(draft: ProgramPage, client: Client) -> None:
    assert "Ett program om mod" not in client.get("/").content.decode()


def test_the_number_of_queries_grows_with_neither_units_nor_programs(
    alfa_page: UnitPage, cast: Cast, client: Client
) -> None:
    queries_of(client)
    before = queries_of(client)
    for number in range(5):
        published(unit(f"Ny{number}", 200 + number, cast.alfa.provider))
    for number in range(10):
        published(cast.alfa, key=f"program-{number}")

    assert queries_of(client) == before
    assert before <= 12


def test_a_unit_has_a_page_of_its_own(draft: ProgramPage, cast: Cast, client: Client) -> None:
    offered(draft, cast)

    html = client.get("/alfa/").content.decode()

    assert "Ett program om mod" in html
    assert "021-17 00 00" in html


@pytest.mark.parametrize("published_in_wagtail", [False, True])
def test_program_and_module_pages_are_never_served(
    draft: ProgramPage, client: Client, published_in_wagtail: bool
) -> None:
    if published_in_wagtail:
        for page in Page.objects.descendant_of(draft, inclusive=True).specific():
            page.get_latest_revision().publish()

    assert client.get("/alfa/mod/").status_code == 404
    assert client.get("/alfa/mod/01-borja/").status_code == 404


def test_making_the_site_again_changes_nothing(alfa_page: UnitPage, cast: Cast) -> None:
    start = StartPage.objects.get()
    start.intro = "Egen text."
    start.save_revision().publish()
    pages = Page.objects.count()

    ensure_site(CareUnit.objects.all(), by=None, at=clock.now())

    assert (Page.objects.count(), StartPage.objects.get().intro) == (pages, "Egen text.")
    assert Site.objects.get().root_page_id == start.pk


def test_a_new_unit_gets_its_page(alfa_page: UnitPage, cast: Cast) -> None:
    new = unit("Gamma", 103, cast.alfa.provider)

    ensure_site([new], by=None, at=clock.now())

    assert UnitPage.objects.get(unit=new).get_parent().specific == StartPage.objects.get()


def test_it_asks_no_other_site_for_anything(draft: ProgramPage, client: Client) -> None:
    html = client.get("/").content.decode()

    asked = re.findall(r'<(?:link|script|img|iframe)[^>]+(?:href|src)="([^"]+)"', html)
    assert asked
    assert all(address.startswith("/") for address in asked)
    assert "<style" not in html
    assert " style=" not in html
