"""Which form a step offers, what it begins with, and what exercises take from each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.deciding_sleep_window import Decision, decide_sleep_window
from ikbt.treatments.models import ModuleProgress
from ikbt.treatments.pages import worksheet
from ikbt.treatments.pages.linked import links_of
from ikbt.treatments.saving import Place, hand_in_entry
from programs.exercises.definitions import load_all
from tests.cast import Cast
from tests.ikbt.treatments.nights import night, nights
from tests.ikbt.treatments.patient import diary, entry, text_of, url

GOALS = {"goals-0-goal": "Gå ut varje dag", "goals-0-first_step": "Ta på skorna", "goals-0-rating": "2"}


def hand_in(cast: Cast, step: str, exercise: str, values: dict[str, object], days_ago: int = 0) -> None:
    """Work that was handed in some days ago."""
    hand_in_entry(
        cast.treatment,
        Place("m01", step, exercise, "0" * 64),
        values,
        client_key=uuid4(),
        by=SYSTEM,
        at=clock.now() - timedelta(days=days_ago),
    )


def test_a_diary_entry_begins_with_today(cast: Cast, anna_client: Client) -> None:
    page = text_of(anna_client.get(diary("step", cast)))

    assert f'value="{clock.today().isoformat()}"' in page


def test_a_diary_always_has_room_for_one_more(cast: Cast, anna_client: Client) -> None:
    for _ in range(3):
        anna_client.post(diary("hand_in_entry", cast), entry())

    assert "data-autosave" in text_of(anna_client.get(diary("step", cast)))


def test_goals_handed_in_are_read_and_another_form_comes_when_asked_for(
    cast: Cast, anna_client: Client
) -> None:
    hand_in(cast, "m01-s03", "goal_setting", {"goals": [{"goal": "Gå ut varje dag"}]})
    address = url(cast, "step", "m01", "m01-s03")

    page = text_of(anna_client.get(address))
    assert "Gå ut varje dag" in page
    assert "data-autosave" not in page

    assert "data-autosave" in text_of(anna_client.get(f"{address}?post=ny"))


def test_a_plan_taken_up_again_begins_with_what_it_said(
    cast: Cast, anna_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ModuleProgress.objects.create(
        treatment=cast.treatment, module_key="m02", position=2, opened_at=clock.now()
    )
    goals = load_all()["goal_setting"]
    monkeypatch.setattr(worksheet, "exercise_definition", lambda module, step: goals)
    hand_in(cast, "m01-s02", "goal_setting", {"goals": [{"goal": "Gå ut varje dag"}]})

    page = text_of(anna_client.get(url(cast, "step", "m02", "m02-s02")))

    assert "Gå ut varje dag</textarea>" in page


def test_entries_are_shown_over_time_once_there_are_two(cast: Cast, anna_client: Client) -> None:
    anna_client.post(diary("hand_in_entry", cast), entry())
    assert "Se det över tid" not in text_of(anna_client.get(diary("step", cast)))

    anna_client.post(diary("hand_in_entry", cast), entry(date="2026-03-03"))
    assert "Se det över tid" in text_of(anna_client.get(diary("step", cast)))


def test_a_field_offers_what_the_other_exercise_holds(cast: Cast) -> None:
    steps = [{"text": "Åka buss"}, {"text": ""}, {"text": "Åka tåg"}]
    hand_in(cast, "m01-s03", "exposure_hierarchy", {"steps": steps})

    links = links_of(load_all()["exposure_log"], cast.treatment, at=clock.now())

    assert links.choices == {"step": ["Åka buss", "Åka tåg"]}


def test_another_patients_work_is_never_offered(cast: Cast) -> None:
    hand_in(
        replace(cast, treatment=cast.other_treatment),
        "m01-s03",
        "exposure_hierarchy",
        {"steps": [{"text": "x"}]},
    )

    links = links_of(load_all()["exposure_log"], cast.treatment, at=clock.now())

    assert links.choices == {"step": []}


def test_formulas_get_values_from_the_other_exercise(cast: Cast) -> None:
    night(cast.treatment, clock.today())

    links = links_of(load_all()["sleep_window_plan"], cast.treatment, at=clock.now())

    assert links.context["nights"] == 1


def test_a_window_of_her_own_making_counts_for_nothing_until_a_therapist_has_decided(cast: Cast) -> None:
    hand_in(cast, "m01-s03", "sleep_window_plan", {"rise_time": "06:30", "window_min": 330})
    diary = load_all()["sleep_diary"]

    assert links_of(diary, cast.treatment, at=clock.now()).context == {"window": {"bed": None, "rise": None}}

    decision = Decision(330, time(6, 30), clock.today(), "Så länge har du sovit.", asked=True)
    decide_sleep_window(cast.treatment, decision, decided_by=cast.tove, by=SYSTEM, at=clock.now())

    found = links_of(diary, cast.treatment, at=clock.now()).context
    assert found == {"window": {"bed": "01:00", "rise": "06:30"}}


def test_a_missed_day_is_filled_in_from_its_link(cast: Cast, anna_client: Client) -> None:
    missed = clock.today() - timedelta(days=3)
    anna_client.post(diary("hand_in_entry", cast), entry())

    page = text_of(anna_client.get(diary("step", cast), {"datum": missed.isoformat()}))

    assert f'value="{missed.isoformat()}"' in page


@pytest.mark.parametrize("written", ["i går", "2020-01-01", "2999-01-01", "2026-02-30"])
def test_a_day_that_cannot_be_meant_is_today(cast: Cast, anna_client: Client, written: str) -> None:
    page = text_of(anna_client.get(diary("step", cast), {"datum": written}))

    assert f'value="{clock.today().isoformat()}"' in page


def test_her_own_words_are_offered_again(cast: Cast, anna_client: Client) -> None:
    anna_client.post(diary("hand_in_entry", cast), entry(activity="Satt i solen"))

    assert 'data-value="Satt i solen"' in text_of(anna_client.get(diary("step", cast)))


def test_a_remark_is_made_and_the_work_is_handed_in(
    cast: Cast, anna_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        worksheet, "exercise_definition", lambda module, step: load_all()["exposure_hierarchy"]
    )
    rows = {
        f"steps-{row}-{name}": value
        for row in range(5)
        for name, value in (("situation", f"Steg {row}"), ("suds", "50"), ("feared_outcome", "Jag rodnar"))
    }

    answer = anna_client.post(
        diary("hand_in_entry", cast), {**rows, "client_key": str(uuid4()), "revision": "0"}, follow=True
    )

    assert "Stegen ligger nära varandra" in text_of(answer)
    assert cast.treatment.entries.get().state == "handed_in"


def test_the_sleep_diary_shows_the_week_with_its_gaps_and_the_window(
    cast: Cast, anna_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worksheet, "exercise_definition", lambda module, step: load_all()["sleep_diary"])
    nights(cast.treatment, 5)
    decision = Decision(330, time(6, 30), clock.today(), "Så länge har du sovit.", asked=True)
    decide_sleep_window(cast.treatment, decision, decided_by=cast.tove, by=SYSTEM, at=clock.now())

    page = text_of(anna_client.get(diary("step", cast)))

    assert "01:00–06:30" in page
    assert "Så länge har du sovit." in page
    assert page.count("Fyll i den här natten") == 2
    assert "67 %" in page


def test_she_reads_that_a_shorter_window_does_not_begin_after_dangerous_sleepiness(
    cast: Cast, anna_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worksheet, "exercise_definition", lambda module, step: load_all()["sleep_diary"])
    starts = clock.today() + timedelta(days=1)
    decision = Decision(330, time(6, 30), starts, "Så länge har du sovit.", asked=True)
    decide_sleep_window(cast.treatment, decision, decided_by=cast.tove, by=SYSTEM, at=clock.now())
    assert "01:00–06:30" in text_of(anna_client.get(diary("step", cast)))

    nights(cast.treatment, 1, dozed_risk=True)

    page = text_of(anna_client.get(diary("step", cast)))
    assert "börjar inte: du har berättat om farlig sömnighet" in page
    assert "01:00–06:30" not in page


def test_a_proposal_alone_shows_the_patient_no_window(
    cast: Cast, anna_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worksheet, "exercise_definition", lambda module, step: load_all()["sleep_diary"])
    nights(cast.treatment, 7)

    page = text_of(anna_client.get(diary("step", cast)))

    assert "Du har inget sömnfönster" in page
    assert "Inget ändras förrän du har fått besked" in page
    assert "5 h 15 min" not in page
