"""N1: one command tells whose data an incident touched, and what was done when."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ikbt.audit.models import Entry
from ikbt.common import clock
from tests.cast import Cast
from tests.conftest import signed_in_client


def incident(*words: str) -> str:
    out = StringIO()
    hour = timedelta(hours=1)
    window = ["--since", (clock.now() - hour).isoformat(), "--until", (clock.now() + hour).isoformat()]
    call_command("incident", *window, *words, stdout=out)
    return out.getvalue()


def told(*words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in incident(*words, "--json").splitlines()]


@pytest.fixture
def visits(cast: Cast) -> None:
    """Tove opens Anna and her list, tries Pia and is refused; Anna reads her own, Olle reads Pia."""
    tove = signed_in_client(cast.tove)
    tove.get(f"/arbetslista/{cast.treatment.pk}/", REMOTE_ADDR="192.0.2.7")
    tove.get("/arbetslista/")
    tove.get(f"/arbetslista/{cast.other_treatment.pk}/")
    signed_in_client(cast.anna).get(f"/behandling/{cast.treatment.pk}/")
    signed_in_client(cast.olle).get(f"/arbetslista/{cast.other_treatment.pk}/")


@pytest.mark.usefixtures("visits")
def test_n1_of_one_user_in_a_window(cast: Cast) -> None:
    lines = told("--person", cast.tove.email.upper())
    patients = {line["name"]: line for line in lines if line["is"] == "patient"}
    events = [line for line in lines if line["is"] == "event"]

    assert {name: (one["rows"], one["refused"]) for name, one in patients.items()} == {
        cast.anna.name: (2, 0),
        cast.pia.name: (1, 1),
    }
    assert [(one["did"], one["granted"]) for one in events] == [
        ("läste din behandling", True),
        ("såg dig i arbetslistan", True),
        ("försökte öppna dina uppgifter men nekades", False),
    ]
    assert {one["who"] for one in events} == {cast.tove.name}
    assert (events[0]["address"], events[0]["relation"]) == ("192.0.2.7", "responsible")


@pytest.mark.usefixtures("visits")
def test_n1_of_everybody_and_of_one_address(cast: Cast) -> None:
    everybody = [line["name"] for line in told() if line["is"] == "patient"]
    there = [line for line in told("--address", "192.0.2.7") if line["is"] == "event"]

    assert sorted(everybody) == sorted([cast.anna.name, cast.pia.name])
    assert [line["patient"] for line in there] == [str(cast.anna.pk)]


@pytest.mark.usefixtures("visits")
def test_n1_in_words_for_people(cast: Cast) -> None:
    page = incident("--person", str(cast.tove.pk))

    assert page.startswith("1 patients were shown, 2 named:")
    assert "REFUSED" in page
    assert "läste din behandling" in page


def test_n1_protected_names_stay_hidden(cast: Cast) -> None:
    cast.anna.protected_identity = True
    cast.anna.save()
    signed_in_client(cast.tove).get(f"/arbetslista/{cast.treatment.pk}/")

    assert cast.anna.name not in incident("--person", cast.tove.email)


def test_n1_that_it_was_taken_out_stands_in_the_log(cast: Cast) -> None:
    incident("--person", cast.tove.email)

    row = Entry.objects.get(action="export", object_kind="incident")
    assert (row.role, row.object_id) == ("system", str(cast.tove.pk))


@pytest.mark.usefixtures("cast")
def test_n1_a_wrong_window_and_an_unknown_user_are_told() -> None:
    with pytest.raises(CommandError, match="Nobody here"):
        incident("--person", "ingen@example.org")
    with pytest.raises(CommandError, match="after"):
        call_command("incident", "--since", "2026-11-02", "--until", "2026-11-01")
