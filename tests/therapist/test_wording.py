"""Times, changes and reasons in words; all in Swedish, as the desk says them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ikbt.accounts.models import Person
from ikbt.treatments.models import Alert
from measurements.registry import instrument
from therapist import wording
from therapist.reasons import Reason, Urgency

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NBSP = "\xa0"


@pytest.mark.parametrize(
    ("waited", "words"),
    [
        (timedelta(seconds=59), "alldeles nyss"),
        (timedelta(minutes=1), f"för 1{NBSP}minut sedan"),
        (timedelta(hours=3, minutes=40), f"för 3{NBSP}timmar sedan"),
        (timedelta(days=2, hours=5), f"för 2{NBSP}dagar sedan"),
    ],
)
def test_how_long_ago_is_told_in_its_largest_unit(waited: timedelta, words: str) -> None:
    assert wording.ago(NOW - waited, NOW) == words


def test_what_is_due_and_what_is_late() -> None:
    assert wording.until(NOW + timedelta(hours=2), NOW) == f"senast om 2{NBSP}timmar"
    assert wording.until(NOW - timedelta(hours=2), NOW) == f"2{NBSP}timmar försenat"


@pytest.mark.parametrize(
    ("baseline", "latest", "words"),
    [
        (17, 11, "6 poäng lägre än vid start: tillförlitligt bättre"),
        (17, 12, "5 poäng lägre än vid start"),
        (11, 12, "1 poäng högre än vid start"),
        (11, 17, "6 poäng högre än vid start: tillförlitligt sämre"),
        (11, 11, "samma som vid start"),
        (None, 11, ""),
        (11, None, ""),
    ],
)
def test_a_change_of_phq9_is_called_reliable_from_six_points(
    baseline: int | None, latest: int | None, words: str
) -> None:
    assert wording.change_since(instrument("phq-9"), baseline, latest) == words


def test_higher_is_better_on_a_scale_of_life_quality() -> None:
    words = wording.change_since(instrument("bbq"), 30, 60)

    assert words.startswith("30 poäng högre än vid start")
    assert "sämre" not in words


def test_taken_is_told_with_the_time_and_on_another_day_with_the_date() -> None:
    tove = Person(first_name="Tove", last_name="Berg")
    taken_at = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)

    assert wording.taken(Alert(taken_by=tove, taken_at=taken_at), NOW) == "Taget av Tove Berg kl. 10.14"
    tomorrow = wording.taken(Alert(taken_by=tove, taken_at=taken_at), NOW + timedelta(days=1))
    assert tomorrow == "Taget av Tove Berg 2026-11-23 kl. 10.14"
    assert wording.taken(Alert(), NOW) == ""


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason(Urgency.RISK_HIGH, NOW), "Hög risk"),
        (
            Reason(Urgency.RISK_WATCH, NOW, subject="PHQ-9", item=9, number=1),
            "Bevaka: svarade 1 på fråga 9 i PHQ-9",
        ),
        (Reason(Urgency.DETERIORATION, NOW, subject="GAD-7", object_id="a"), "Sämre två gånger i rad: GAD-7"),
        (Reason(Urgency.DETERIORATION, NOW, subject="GAD-7"), "Sämre vid senaste svaret: GAD-7"),
        (Reason(Urgency.MESSAGE, NOW, number=1), "Obesvarat meddelande"),
        (Reason(Urgency.MESSAGE, NOW, number=3), "3 obesvarade meddelanden"),
        (Reason(Urgency.FEEDBACK, NOW, subject="Sömn"), "Väntar på återkoppling: Sömn"),
        (Reason(Urgency.WEEKLY, NOW, subject="PHQ-9"), "Veckoformuläret är försenat: PHQ-9"),
        (
            Reason(Urgency.RISK_WATCH, NOW, subject="PHQ-9", item=9, number=2, is_unsent=True),
            "Bevaka: valde 2 på fråga 9 i PHQ-9, inte inlämnat",
        ),
        (
            Reason(Urgency.WEEKLY, NOW, subject="PHQ-9", object_id="a", number=1),
            "Veckoformuläret obesvarat: PHQ-9",
        ),
        (
            Reason(Urgency.WEEKLY, NOW, subject="PHQ-9", object_id="a", number=3),
            "Veckoformuläret obesvarat 3 gånger: PHQ-9",
        ),
        (Reason(Urgency.INACTIVE, NOW, number=14), "Inte aktiv på 14 dagar"),
    ],
)
def test_every_reason_has_its_sentence(reason: Reason, words: str) -> None:
    assert wording.sentence(reason) == words
