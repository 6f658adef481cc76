"""The catalogue shows released versions to staff, lets managers decide for their own unit, and shows nobody a draft."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.common import clock
from programs.activating import withdraw
from programs.models import Activation, ProgramPage, UnitPage
from programs.site_tree import ensure_site
from tests.cast import Cast, give, person
from tests.conftest import signed_in_client
from tests.ikbt.catalogue.releasing import released

pytestmark = pytest.mark.django_db
LIST = "/katalog/"


@pytest.fixture
def shelf(cast: Cast) -> Cast:
    """Three more programs, all of Beta's."""
    released(
        cast,
        cast.beta,
        "sömn",
        conditions=["insomnia"],
        weeks=8,
        level_of_care=["primary"],
        therapist_minutes_per_week=[10, 15],
        evidence={"level": "trials", "words": "Prövat."},
    )
    released(cast, cast.beta, "tvång", conditions=["ocd"], weeks=12, level_of_care=["specialist"])
    released(cast, cast.beta, "worry", conditions=["anxiety"], language="en", weeks=6)
    return cast


def titles(client: Client, query: str = "") -> list[str]:
    response = client.get(f"{LIST}{query}")
    assert response.status_code == 200
    return [entry.facts["title"] for entry in response.context["page"]]


@pytest.mark.parametrize("who", ["tove", "manager", "editor", "publisher", "olle"])
def test_all_staff_read_it(cast: Cast, who: str) -> None:
    client = signed_in_client(getattr(cast, who))

    assert titles(client) == ["Ett litet program"]
    assert client.get(f"{LIST}{cast.version.program_id}/").status_code == 200


@pytest.mark.parametrize("who", ["anna", "pia", "administrator", "auditor"])
def test_nobody_else_does(cast: Cast, who: str) -> None:
    client = signed_in_client(getattr(cast, who))

    assert client.get(LIST).status_code == 404
    assert client.get(f"{LIST}{cast.version.program_id}/").status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?sok=SÖMN", ["Sömn"]),
        ("?sok=beta+tvång", ["Tvång"]),
        ("?tillstand=ocd", ["Tvång"]),
        ("?niva=primary", ["Sömn"]),
        ("?veckor=8", ["Sömn", "Worry"]),
        ("?minuter=15", ["Sömn"]),
        ("?sprak=en", ["Worry"]),
        ("?evidens=trials", ["Sömn"]),
        ("?har=on", ["Ett litet program"]),
        ("?tillstand=ocd&sprak=en", []),
        ("?tillstand=hittepå", ["Ett litet program", "Sömn", "Tvång", "Worry"]),
    ],
)
def test_it_is_searched_and_filtered(shelf: Cast, query: str, expected: list[str]) -> None:
    assert titles(signed_in_client(shelf.tove), query) == expected


def test_a_draft_is_never_in_it(cast: Cast) -> None:
    ensure_site([cast.beta], by=None, at=clock.now())
    page = ProgramPage(title="Hemligt utkast", slug="hemligt", key="hemligt", summary="x")
    UnitPage.objects.get().add_child(instance=page)

    assert "Hemligt utkast" not in signed_in_client(cast.tove).get(LIST).content.decode()


def test_the_list_asks_as_much_however_many_programs_and_versions(shelf: Cast) -> None:
    client = signed_in_client(shelf.tove)
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for number in range(12):
        released(shelf, shelf.beta, f"mer-{number}")
    with CaptureQueriesContext(connection) as many:
        client.get(LIST)

    assert len(many) == len(few)


def test_a_program_tells_modules_sources_units_and_what_can_be_asked_here(cast: Cast) -> None:
    version = released(
        cast,
        cast.beta,
        "sömn",
        sources=[{"title": "En bok", "url": "https://example.org/", "checked": "2026-11-23"}],
        evidence={"level": "method", "words": "Prövat i tre studier."},
        measures=[{"instrument": "phq-9", "when": "weekly"}, {"instrument": "isi", "when": "pre"}],
    )

    html = signed_in_client(cast.tove).get(f"{LIST}{version.program_id}/").content.decode()

    for words in ("Första modulen", "En bok", "2026-11-23", "Prövat i tre studier.", "PHQ-9", "1.0"):
        assert words in html, words
    assert "nej, enheten saknar ordalydelsen" in html


def test_a_program_that_asks_nothing_of_suicide_says_so(cast: Cast) -> None:
    version = released(cast, cast.beta, "sömn", measures=[{"instrument": "gad-7", "when": "weekly"}])
    client = signed_in_client(cast.tove)

    assert "Inget här frågar om självmord" in client.get(f"{LIST}{version.program_id}/").content.decode()
    asking = client.get(f"{LIST}{cast.version.program_id}/").content.decode()
    assert "Inget här frågar om självmord" not in asking


def test_a_manager_lets_her_unit_treat_by_it_and_ends_it(cast: Cast) -> None:
    version = released(cast, cast.beta, "sömn")
    client = signed_in_client(cast.manager)
    address = f"{LIST}version/{version.pk}/aktivera/"

    assert client.get(address).status_code == 200
    assert client.post(address, {"enhet": cast.alfa.pk, "foljer": "on"}).status_code == 302
    made = Activation.objects.get(version=version)
    assert (made.unit, made.follows, made.activated_by) == (cast.alfa, True, cast.manager)

    assert client.post(f"{LIST}{version.program_id}/avsluta/", {"enhet": cast.alfa.pk}).status_code == 302
    made.refresh_from_db()
    assert made.ended_by == cast.manager


def test_she_chooses_no_unit_but_her_own(cast: Cast) -> None:
    version = released(cast, cast.beta, "sömn")
    client = signed_in_client(cast.manager)

    answer = client.post(f"{LIST}version/{version.pk}/aktivera/", {"enhet": cast.beta.pk})

    assert answer.status_code == 422
    assert not Activation.objects.filter(version=version).exists()


@pytest.mark.parametrize("who", ["tove", "editor", "publisher", "anna", "administrator"])
def test_others_find_no_such_pages(cast: Cast, who: str) -> None:
    client = signed_in_client(getattr(cast, who))

    assert client.post(f"{LIST}version/{cast.version.pk}/aktivera/").status_code == 404
    assert client.post(f"{LIST}{cast.version.program_id}/avsluta/").status_code == 404


def test_only_the_owners_publisher_withdraws_and_the_reason_is_shown(cast: Cast) -> None:
    address = f"{LIST}version/{cast.version.pk}/dra-in/"
    foreign = give(person("Bea", "Utgivare"), Role.PUBLISHER, cast.beta)
    for someone in (cast.editor, cast.manager, foreign):
        assert signed_in_client(someone).post(address, {"varfor": "x"}).status_code == 404

    assert signed_in_client(cast.publisher).post(address, {"varfor": "Fel dos."}).status_code == 302

    page = signed_in_client(cast.tove).get(f"{LIST}{cast.version.program_id}/").content.decode()
    assert "Fel dos." in page


def test_an_editor_takes_a_version_out_as_a_package_and_others_do_not(cast: Cast) -> None:
    version = released(
        cast, cast.beta, "oro", licence="CC BY 4.0", target="", for_whom="", sources=[], persons=[]
    )
    address = f"{LIST}version/{version.pk}/paket/"

    answer = signed_in_client(cast.editor).get(address)

    assert answer["Content-Disposition"] == 'attachment; filename="oro-1.0.zip"'
    assert Entry.objects.get(action="export", object_kind="program package").object_id == str(version.pk)
    for someone in (cast.tove, cast.manager, cast.anna):
        assert signed_in_client(someone).get(address).status_code == 404


def test_a_withdrawn_version_is_refused_with_a_sentence(cast: Cast) -> None:
    withdraw(cast.version, reason="Fel.", by=cast.publisher, at=clock.now())

    answer = signed_in_client(cast.manager).post(
        f"{LIST}version/{cast.version.pk}/aktivera/", {"enhet": cast.alfa.pk}
    )

    assert answer.status_code == 422
    assert "indragen" in answer.content.decode()
