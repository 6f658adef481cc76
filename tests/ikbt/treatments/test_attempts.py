"""Beside a ladder stands what has been tried of each step."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.models import Treatment
from ikbt.treatments.pages import worksheet
from ikbt.treatments.saving import Place, hand_in_entry
from programs.exercises.definitions import load_all
from tests.cast import Cast
from tests.ikbt.treatments.patient import diary, text_of

STEPS = [{"situation": "Åka buss", "suds": 40}, {"situation": "Åka tåg", "suds": 70}]


def handed_in(treatment: Treatment, step: str, exercise: str, values: dict[str, object]) -> None:
    hand_in_entry(
        treatment,
        Place("m01", step, exercise, "0" * 64),
        values,
        client_key=uuid4(),
        by=SYSTEM,
        at=clock.now(),
    )


def tried(treatment: Treatment, step: str, peak: int) -> None:
    handed_in(treatment, "m01-s03", "exposure_log", {"step": step, "suds_peak": peak})


@pytest.fixture(autouse=True)
def laddered(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        worksheet, "exercise_definition", lambda module, step: load_all()["exposure_hierarchy"]
    )
    handed_in(cast.treatment, "m01-s02", "exposure_hierarchy", {"steps": STEPS})


def test_each_step_shows_how_often_and_how_strong(cast: Cast, anna_client: Client) -> None:
    tried(cast.treatment, "Åka buss", 60)
    tried(cast.treatment, "Åka buss", 35)

    page = text_of(anna_client.get(diary("step", cast)))

    assert "2 gånger, som mest 60 → 35" in page
    assert "inte än" in page


def test_another_patients_attempts_are_not_shown(cast: Cast, anna_client: Client) -> None:
    tried(cast.other_treatment, "Åka buss", 60)

    assert text_of(anna_client.get(diary("step", cast))).count("inte än") == 2
