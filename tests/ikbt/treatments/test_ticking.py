"""The week of activities: today first, ticks that keep the history, a day copied, and nobody else's."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.models import WorksheetEntry
from ikbt.treatments.pages import worksheet
from ikbt.treatments.saving import Place, hand_in_entry, save_draft
from programs.exercises.definitions import load_all
from tests.cast import Cast
from tests.conftest import SignIn
from tests.ikbt.treatments.patient import diary, text_of

PLACE = Place("m01", "m01-s02", "activity_schedule", "0" * 64)


@pytest.fixture(autouse=True)
def scheduling(monkeypatch: pytest.MonkeyPatch) -> None:
    """The diary's step asks for activities instead."""
    monkeypatch.setattr(
        worksheet, "exercise_definition", lambda module, step: load_all()["activity_schedule"]
    )


def plan(cast: Cast, day: date, activity: str = "Ringa Anna", at: str = "18:00") -> WorksheetEntry:
    values: dict[str, object] = {
        "activity": activity,
        "planned_at": f"{day.isoformat()}T{at}",
        "expected_difficulty": 6,
    }
    return hand_in_entry(cast.treatment, PLACE, values, client_key=uuid4(), by=SYSTEM, at=clock.now())


def test_today_stands_first_in_the_order_of_the_day(cast: Cast, anna_client: Client) -> None:
    plan(cast, clock.today(), "Kvällspromenad", "19:00")
    plan(cast, clock.today(), "Frukost ute", "08:00")

    page = text_of(anna_client.get(diary("step", cast)))

    assert page.index("08:00 Frukost ute") < page.index("19:00 Kvällspromenad")
    assert "0 av 2 hittills" in page


def test_a_week_with_nothing_on_it_offers_no_day_to_copy(cast: Cast, anna_client: Client) -> None:
    plan(cast, clock.today() - timedelta(days=14))
    before = text_of(anna_client.get(diary("step", cast)))
    plan(cast, clock.today())
    after = text_of(anna_client.get(diary("step", cast)))

    assert ("Kopiera aktiviteterna från" in before, "Kopiera aktiviteterna från" in after) == (False, True)
    assert "Din vecka med aktiviteter" in before


def test_a_tick_says_how_it_went_and_keeps_what_stood_before(cast: Cast, anna_client: Client) -> None:
    entry = plan(cast, clock.today())

    anna_client.post(diary("tick", cast), {"entry": str(entry.pk), "outcome": "partly", "mood": "7"})

    entry.refresh_from_db()
    assert (entry.values["outcome"], entry.values["actual_mood"]) == ("partly", 7)
    assert entry.versions.get(why="changed").values.get("outcome") is None
    assert "1 av 1 hittills" in text_of(anna_client.get(diary("step", cast)))


@pytest.mark.parametrize("posted", [{"outcome": "great"}, {"outcome": "done", "mood": "11"}, {}])
def test_what_cannot_be_meant_changes_nothing(
    cast: Cast, anna_client: Client, posted: dict[str, str]
) -> None:
    entry = plan(cast, clock.today())

    anna_client.post(diary("tick", cast), {"entry": str(entry.pk), **posted})

    entry.refresh_from_db()
    assert "outcome" not in entry.values


def test_a_tick_does_not_throw_away_a_change_she_has_begun(cast: Cast, anna_client: Client) -> None:
    entry = plan(cast, clock.today())
    begun: dict[str, object] = {**entry.values, "barrier": "Jag hade börjat skriva"}
    save_draft(
        cast.treatment, PLACE, begun, client_key=entry.client_key, revision=1, by=SYSTEM, at=clock.now()
    )

    answer = anna_client.post(diary("tick", cast), {"entry": str(entry.pk), "outcome": "done"}, follow=True)

    assert "Du har börjat ändra" in text_of(answer)
    assert entry.versions.get(why="unfinished").values["barrier"] == "Jag hade börjat skriva"


def test_a_day_is_copied_once_and_without_how_it_went(cast: Cast, anna_client: Client) -> None:
    entry, tomorrow = plan(cast, clock.today()), clock.today() + timedelta(days=1)
    anna_client.post(diary("tick", cast), {"entry": str(entry.pk), "outcome": "done", "mood": "7"})

    for _again in range(2):
        anna_client.post(
            diary("copy_day", cast), {"from": clock.today().isoformat(), "to": tomorrow.isoformat()}
        )

    copy = cast.treatment.entries.exclude(pk=entry.pk).get()
    assert copy.values == {
        "activity": "Ringa Anna",
        "planned_at": f"{tomorrow.isoformat()}T18:00",
        "expected_difficulty": 6,
    }


@pytest.mark.parametrize(("day", "to"), [("2026-01-01", "2026-01-02"), ("", "2026-01-02"), ("i dag", "")])
def test_a_day_with_nothing_on_it_is_not_copied(cast: Cast, anna_client: Client, day: str, to: str) -> None:
    plan(cast, clock.today())

    assert anna_client.post(diary("copy_day", cast), {"from": day, "to": to}).status_code == 302
    assert cast.treatment.entries.count() == 1


def test_another_patients_activity_cannot_be_ticked(cast: Cast, anna_client: Client) -> None:
    theirs = hand_in_entry(
        cast.other_treatment,
        PLACE,
        {"activity": "x", "planned_at": "2026-03-02T10:00"},
        client_key=uuid4(),
        by=SYSTEM,
        at=clock.now(),
    )

    anna_client.post(diary("tick", cast), {"entry": str(theirs.pk), "outcome": "done"})

    theirs.refresh_from_db()
    assert "outcome" not in theirs.values


def test_nobody_else_comes_in(cast: Cast, signed_in: SignIn) -> None:
    entry = plan(cast, clock.today())
    for outsider in (*cast.outsiders, cast.tove):
        client = signed_in(outsider)
        for name in ("tick", "copy_day"):
            found = client.post(diary(name, cast), {"entry": str(entry.pk), "outcome": "done"})
            assert found.status_code == 404, (outsider, name)


def test_other_exercises_have_nothing_to_tick(
    cast: Cast, anna_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worksheet, "exercise_definition", lambda module, step: load_all()["activity_diary"])

    assert anna_client.post(diary("tick", cast), {"entry": str(uuid4())}).status_code == 404


def test_copying_again_leaves_the_copy_as_she_has_made_it(cast: Cast, anna_client: Client) -> None:
    entry, tomorrow = plan(cast, clock.today()), clock.today() + timedelta(days=1)
    days = {"from": clock.today().isoformat(), "to": tomorrow.isoformat()}
    anna_client.post(diary("copy_day", cast), days)
    copy = cast.treatment.entries.exclude(pk=entry.pk).get()
    written = {**copy.values, "activity": "Ringa Anna i stället hemifrån"}
    key, by, at = copy.client_key, SYSTEM, clock.now()
    hand_in_entry(cast.treatment, PLACE, written, client_key=key, by=by, at=at)
    begun = {**written, "barrier": "Jag hade börjat skriva"}
    save_draft(cast.treatment, PLACE, begun, client_key=key, revision=2, by=by, at=at)

    anna_client.post(diary("copy_day", cast), days)

    copy.refresh_from_db()
    assert copy.values == written
    assert copy.versions.get(why="unfinished").values == begun


@pytest.mark.parametrize("mood", ["9" * 5000, "100"])
def test_a_mood_of_too_many_digits_is_refused(cast: Cast, anna_client: Client, mood: str) -> None:
    entry = plan(cast, clock.today())

    answer = anna_client.post(
        diary("tick", cast), {"entry": str(entry.pk), "outcome": "done", "mood": mood}, follow=True
    )

    assert "Välj ett mående från 0 till 10" in text_of(answer)
    entry.refresh_from_db()
    assert "outcome" not in entry.values
