"""A module to print: all its steps with one's own answers; to the therapist only what was handed in."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from ikbt.treatments.models import ModuleProgress
from tests.cast import MODULES, Cast, gather
from tests.conftest import signed_in_client
from tests.ikbt.treatments.patient import diary, entry, text_of, url


def write(client: Client, cast: Cast, name: str, **values: Any) -> None:
    """A diary entry, as a draft or handed in."""
    sent = client.post(diary(name, cast), entry(**values))
    assert sent.status_code in {200, 302}


def desk_booklet(cast: Cast) -> str:
    return reverse("therapist:booklet", args=[cast.treatment.pk, "m01"])


def test_it_holds_all_steps_and_the_patients_answers(cast: Cast, anna_client: Client) -> None:
    write(anna_client, cast, "hand_in_entry", activity="Promenad vid ån")

    page = text_of(anna_client.get(url(cast, "booklet", "m01")))

    for part in (
        "Det här är en text.",
        "Jag gick ut en stund.",
        "En rad i taget.",
        "Promenad vid ån",
        "Mina mål",
    ):
        assert part in page


def test_what_is_not_written_leaves_room_to_write(cast: Cast, anna_client: Client) -> None:
    page = text_of(anna_client.get(url(cast, "booklet", "m01")))

    assert "Här är inget skrivet än." in page
    assert "app-booklet__blank" in page


def test_her_own_draft_is_in_hers_and_not_in_the_therapists(
    cast: Cast, anna_client: Client, tove_client: Client
) -> None:
    write(anna_client, cast, "draft", activity="Bara ett utkast")

    assert "Bara ett utkast" in text_of(anna_client.get(url(cast, "booklet", "m01")))
    assert "Bara ett utkast" not in text_of(tove_client.get(desk_booklet(cast)))


def test_the_therapist_prints_what_was_handed_in(
    cast: Cast, anna_client: Client, tove_client: Client
) -> None:
    write(anna_client, cast, "hand_in_entry", activity="Promenad vid ån")

    page = text_of(tove_client.get(desk_booklet(cast)))

    assert "Promenad vid ån" in page
    assert "Anna Lind" in page


@pytest.mark.parametrize("who", ["kim", "olle", "pia", "editor", "manager", "administrator", "auditor"])
def test_nobody_else_can_print_it(cast: Cast, who: str) -> None:
    outsider = signed_in_client(getattr(cast, who))

    assert outsider.get(url(cast, "booklet", "m01")).status_code == 404
    assert outsider.get(desk_booklet(cast)).status_code == 404


def test_a_module_that_is_not_open_can_not_be_printed(cast: Cast, anna_client: Client) -> None:
    assert anna_client.get(url(cast, "booklet", "m02")).status_code == 404


def test_it_costs_no_more_queries_with_more_entries(
    cast: Cast, anna_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        write(anna_client, cast, "hand_in_entry", activity=f"Promenad {number}")

    with django_assert_max_num_queries(14):
        anna_client.get(url(cast, "booklet", "m01"))


def test_the_module_page_leads_to_it(cast: Cast, anna_client: Client) -> None:
    assert url(cast, "booklet", "m01") in text_of(anna_client.get(url(cast, "module", "m01")))


def test_homework_tells_how_far_she_has_come(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = [
        {"step": "m01-s02", "text": "Fyll i dagboken"},
        {"step": "m01-s01", "text": "Läs texten en gång till"},
    ]
    modules = deepcopy(MODULES)
    modules[0]["steps"][0]["blocks"].append({"type": "homework", "title": "", "tasks": tasks})
    monkeypatch.setattr("tests.cast.MODULES", modules)
    cast = gather()
    client = signed_in_client(cast.anna)
    ModuleProgress.objects.filter(treatment=cast.treatment).update(steps_done=["m01-s01"])

    before = text_of(client.get(url(cast, "step", "m01", "m01-s01")))
    write(client, cast, "hand_in_entry", activity="Promenad")
    after = text_of(client.get(url(cast, "step", "m01", "m01-s01")))

    assert "0 av 1" in before
    assert before.count(">klart<") == 1
    assert "0 av 1" not in after
    assert after.count(">klart<") == 2
    assert diary("step", cast) in after
