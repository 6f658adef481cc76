"""A patient's pages seen by her therapist: the same pages, marked, logged, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ikbt.audit.models import Entry
from ikbt.common import clock
from ikbt.treatments.messaging import keep_draft
from tests.cast import Cast
from tests.conftest import SignIn
from tests.therapist import scenes

MARK = "Du ser det som Anna Lind ser."


@pytest.fixture
def pages(cast: Cast) -> list[str]:
    """Her start page, a module, its steps, messages, curve, and one that is not shown this way."""
    scenes.diary_entry(cast.treatment, "Gick till biblioteket")
    scenes.diary_entry(cast.treatment, "Hemligt utkast", draft=True)
    scenes.write(cast.treatment, "Hej Anna", sender=cast.tove)
    keep_draft(cast.treatment, "message", "Halvskrivet brev", author=cast.anna, revision=0, at=clock.now())
    start = reverse("therapist:as_patient", args=[cast.treatment.pk])
    step = f"{start}modul/m01/steg/"
    return [
        start,
        f"{start}modul/m01/",
        f"{step}m01-s01/",
        f"{step}m01-s02/",
        f"{start}meddelanden/",
        f"{start}min-kurva/",
        f"{start}hjalp/",
    ]


def rows() -> dict[str, list[str]]:
    """Every row of every table, but for the log and what a session is."""
    # What paces a sender counts what she sends, refused or not.
    left_out = {"audit", "sessions", "contenttypes"}
    return {
        model._meta.label: sorted(map(str, model._base_manager.values_list()))
        for model in apps.get_models()
        if model._meta.app_label not in left_out and model.__name__ not in {"SessionRecord", "GuessCount"}
    }


def statements(client: Client, pages: list[str]) -> Iterator[str]:
    with CaptureQueriesContext(connection) as captured:
        for page in pages:
            client.get(page)
    yield from scenes.statements(captured)


def test_every_page_is_hers_and_is_marked(pages: list[str], tove_client: Client) -> None:
    for page in pages:
        answer = tove_client.get(page)
        assert answer.status_code == 200, page
        assert MARK in answer.content.decode(), page


def test_she_sees_what_the_patient_sees(cast: Cast, pages: list[str], tove_client: Client) -> None:
    text = "".join(tove_client.get(page).content.decode() for page in pages)

    for words in ("Hej, Anna", "Gick till biblioteket", "Hej Anna"):
        assert words in text


def test_what_has_not_been_handed_in_or_sent_is_not_shown(pages: list[str], tove_client: Client) -> None:
    text = "".join(tove_client.get(page).content.decode() for page in pages)

    assert "Hemligt utkast" not in text
    assert "Halvskrivet brev" not in text


def test_nothing_is_written(pages: list[str], tove_client: Client) -> None:
    tove_client.get(pages[0])
    before = rows()

    for page in pages:
        tove_client.get(page)

    assert rows() == before


def test_nothing_but_the_log_and_the_session_is_written_to(pages: list[str], tove_client: Client) -> None:
    tove_client.get(pages[0])

    writing = [one for one in statements(tove_client, pages) if not one.startswith("SELECT")]

    assert [one for one in writing if "audit_" not in one and "session" not in one] == []


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_anything_but_looking_is_refused(
    cast: Cast, pages: list[str], tove_client: Client, method: str
) -> None:
    before = rows()
    posted = [*pages, f"{pages[3]}lamna-in/", f"{pages[3]}utkast/", f"{pages[4]}last/"]

    found = {
        getattr(tove_client, method)(page, {"body": "x", "client_key": str(uuid4())}).status_code
        for page in posted
    }

    assert found == {405}
    assert rows() == before


def test_its_links_stay_on_this_side_and_its_controls_are_off(
    cast: Cast, pages: list[str], tove_client: Client
) -> None:
    for page in pages:
        text = tove_client.get(page).content.decode()
        assert f"/behandling/{cast.treatment.pk}" not in text
        assert '<fieldset class="app-as-patient" disabled>' in text
        assert "autosave.js" not in text


def test_it_is_logged_as_a_deed_of_its_own(cast: Cast, pages: list[str], tove_client: Client) -> None:
    tove_client.get(pages[0])

    logged = Entry.objects.get(object_kind="pages as the patient")
    assert (logged.actor, logged.patient, logged.action) == (cast.tove.pk, cast.anna.pk, Entry.Action.READ)
    assert not Entry.objects.filter(object_kind="treatment", action=Entry.Action.READ).exists()


@pytest.mark.parametrize("name", ["kim", "olle", "anna", "pia", "manager", "administrator"])
def test_outsiders_get_the_page_that_does_not_exist(
    cast: Cast, pages: list[str], signed_in: SignIn, name: str
) -> None:
    client = signed_in(getattr(cast, name))

    assert {client.get(page).status_code for page in pages} == {404}
