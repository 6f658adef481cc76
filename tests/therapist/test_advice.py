"""The forecast on the patient page and on the manager's: nothing unsigned is shown, and it says how sure it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ikbt.audit.models import Entry
from ikbt.common import clock
from ikbt.treatments.early_warning.beginnings import NAMES
from ikbt.treatments.models import EarlyWarningModel, OutcomeSummary, Treatment
from tests.cast import Cast
from tests.conftest import signed_in_client
from tests.therapist.unit.scene import confirmed

pytestmark = pytest.mark.django_db
PAGE = "/enhet/prognos/"


def learnt(**more: Any) -> EarlyWarningModel:
    """A forecast that points out whoever has risen since the start."""
    weights = {
        "names": list(NAMES),
        "means": [0.5, 0.0, 0.1, 0.3],
        "sds": [0.2, 0.2, 0.2, 0.3],
        "weights": [0.1, 2.0, 0.3, 0.4],
        "intercept": 0.0,
        "threshold": 0.5,
    }
    judgement = {
        "n": 120,
        "failed": 50,
        "sensitivity": 0.8,
        "specificity": 0.7,
        "balanced_accuracy": 0.75,
        "ci95": [0.68, 0.81],
        "fifths": [{"n": 24, "forecast": 0.1, "failed": 0.12}],
    }
    return EarlyWarningModel.objects.create(
        **{
            "instrument": "phq-9",
            "week": 4,
            "weights": weights,
            "judgement": judgement,
            "learnt_from": 280,
            "held_back": 120,
            "without_end": 30,
            "made_at": clock.now(),
            **more,
        }
    )


def worse(cast: Cast) -> str:
    """Anna's page five weeks on, with scores that have risen."""
    Treatment.objects.filter(pk=cast.treatment.pk).update(starts_on=clock.today() - timedelta(days=35))
    OutcomeSummary.objects.filter(treatment=cast.treatment).update(
        measures={"phq-9": [["pre", 0, 0, 3, 14, 0, 14.0], ["weekly", 4, 21, 23, 28, 22, 19.0]]}
    )
    page = signed_in_client(cast.tove).get(reverse("therapist:patient", args=[cast.treatment.pk]))
    return str(page.content.decode())


@pytest.fixture
def manager(cast: Cast) -> Client:
    return confirmed(cast.manager)


def decide(manager: Client, cast: Cast, act: str, forecast: EarlyWarningModel) -> Any:
    body = {"act": act, "unit": str(cast.alfa.pk), "forecast": str(forecast.pk)}
    return manager.post(PAGE, body, follow=True)


def test_unsigned_it_is_shown_to_nobody(cast: Cast) -> None:
    learnt()

    assert "Kan behöva mer stöd" not in worse(cast)


def test_signed_it_stands_on_the_patient_page_with_reasons_and_how_sure_it_is(
    cast: Cast, manager: Client
) -> None:
    decide(manager, cast, "sign", learnt())

    html = worse(cast)

    assert "Kan behöva mer stöd" in html
    assert "Poängen har sjunkit mindre än vanligt, eller stigit." in html
    assert "80 % av dem som behövde mer" in html
    assert "säger inget om suicidrisk" in html


def test_withdrawn_it_is_gone(cast: Cast, manager: Client) -> None:
    forecast = learnt()
    decide(manager, cast, "sign", forecast)
    decide(manager, cast, "withdraw", forecast)

    assert "Kan behöva mer stöd" not in worse(cast)


def test_the_patient_herself_never_reads_it(cast: Cast, manager: Client) -> None:
    decide(manager, cast, "sign", learnt())
    worse(cast)

    page = signed_in_client(cast.anna).get(reverse("treatments:curve", args=[cast.treatment.pk]))

    assert "Kan behöva mer stöd" not in page.content.decode()


def test_the_manager_reads_how_often_it_was_right_before_she_signs(cast: Cast, manager: Client) -> None:
    learnt()

    html = manager.get(PAGE).content.decode()

    for words in ("0,75 (0,68–0,81)", "Visas inte", "Den säger ingenting om suicidrisk", "Signera"):
        assert words in html, words


def test_without_enough_treatments_it_says_so_and_cannot_be_signed(cast: Cast, manager: Client) -> None:
    assert "Inget har lärts in" in manager.get(PAGE).content.decode()
    forecast = learnt(weights=None, judgement=None, learnt_from=41)

    html = manager.get(PAGE).content.decode()
    answer = decide(manager, cast, "sign", forecast).content.decode()

    assert "41" in html
    assert "Signera" not in html
    assert "för få behandlingar har avslutats" in answer


def test_a_newer_forecast_must_be_read_first(cast: Cast, manager: Client) -> None:
    older = learnt(made_at=clock.now() - timedelta(days=1))
    learnt()

    assert "Det finns en nyare prognos" in decide(manager, cast, "sign", older).content.decode()
    assert not cast.alfa.early_warning_purposes.exists()


def test_another_units_forecast_is_not_hers_to_sign(cast: Cast, manager: Client) -> None:
    body = {"act": "sign", "unit": str(cast.beta.pk), "forecast": str(learnt().pk)}

    assert manager.post(PAGE, body).status_code == 404
    assert not cast.beta.early_warning_purposes.exists()


def test_signing_asks_for_the_factor_again_and_is_logged(cast: Cast, manager: Client) -> None:
    decide(manager, cast, "sign", learnt())

    assert Entry.objects.filter(object_kind="early warning", actor=cast.manager.pk, reason="signed").exists()


@pytest.mark.parametrize("who", ["tove", "anna", "editor", "administrator", "olle"])
def test_nobody_else_opens_the_page(cast: Cast, who: str) -> None:
    assert confirmed(getattr(cast, who)).get(PAGE).status_code == 404
