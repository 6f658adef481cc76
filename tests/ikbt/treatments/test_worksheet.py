"""Which form a step offers, what it begins with, and what exercises take from each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.models import ModuleProgress
from ikbt.treatments.pages import worksheet
from ikbt.treatments.pages.linked import links_of
from ikbt.treatments.saving import Place, hand_in_entry
from programs.exercises.definitions import load_all
from tests.cast import Cast
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
    hand_in(cast, "m01-s03", "sleep_window_plan", {"rise_time": "06:30"})

    links = links_of(load_all()["sleep_diary"], cast.treatment, at=clock.now())

    # The bed time is worked out from answers that are not there: missing, not midnight.
    assert links.context == {"window": {"bed": None, "rise": "06:30"}}
