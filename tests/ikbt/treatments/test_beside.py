"""What a patient's answer leads to may fail; the answer, and the alert for what it tells of risk, never do."""

from __future__ import annotations

import logging
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.common.beside import beside
from ikbt.treatments import answering, flagging, submitting
from ikbt.treatments.answering import answer_occasion
from ikbt.treatments.models import Alert, TreatmentEvent, WorksheetEntry
from ikbt.treatments.timekeeping import keep_time
from measurements.models import Score
from tests.cast import Cast
from tests.ikbt.treatments.nights import night
from tests.ikbt.treatments.patient import first_phq9
from tests.ikbt.treatments.tailored import course, exercise_step, module
from tests.therapist.scenes import codes
from therapist import replying
from therapist.replying import give_feedback

pytestmark = pytest.mark.django_db
SECRET = "patientens egna ord"


def fails(*_given: object, **_named: object) -> None:
    """Breaks as a constraint would, with words that quote the row."""
    raise IntegrityError(SECRET)


def breaks(*_given: object, **_named: object) -> bool:
    """Writes, and fails in the midst of it."""
    TreatmentEvent.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM there_is_no_such_table")
    return False


@pytest.mark.parametrize("failing", [fails, breaks])
def test_an_answer_and_its_risk_alert_stand_when_everything_it_leads_to_fails(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, failing: object
) -> None:
    for name in ("open_alone", "plan_what_it_calls_for", "_raise_deterioration"):
        monkeypatch.setattr(answering, name, failing)

    with caplog.at_level(logging.ERROR):
        answered = answer_occasion(
            cast.treatment,
            first_phq9(cast),
            codes("phq-9", [1] * 8 + [3]),
            language="sv",
            client_key=uuid4(),
            given_by=cast.treatment.patient,
            by=SYSTEM,
            at=clock.now(),
        )

    assert Score.objects.filter(pk=answered.score.pk).exists()
    alert = Alert.objects.get(treatment=cast.treatment, kind=Alert.Kind.RISK)
    assert alert.level == Alert.Level.HIGH
    # Half-done work beside it is undone: the alert's own line still stands in the timeline.
    assert TreatmentEvent.objects.filter(treatment=cast.treatment, kind="alert_raised").exists()
    assert len([one for one in caplog.records if one.name == "ikbt.common.beside"]) == 3
    assert SECRET not in caplog.text


def test_a_hand_in_stands_when_opening_fails_and_the_clock_opens_later(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hers = course(
        cast,
        module("m01", exercise_step("m01-s01"), release="start"),
        module("m02", exercise_step("m02-s01"), release="auto", unlock={"weekly": False}),
    )
    hers.write("m01", "m01-s01")
    monkeypatch.setattr(submitting, "open_alone", breaks)

    hers.hand_in("m01", days=6)

    assert hers.treatment.progress.get(module_key="m01").submitted_at is not None
    assert hers.open == ["m01"]
    assert keep_time(at=hers.later(6)).opened == 1
    assert hers.open == ["m01", "m02"]


def test_feedback_stands_when_opening_fails(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hers = course(cast, module("m01", exercise_step("m01-s01"), release="start"))
    hers.write("m01", "m01-s01")
    hers.hand_in("m01", days=6)
    monkeypatch.setattr(replying, "open_alone", breaks)

    give_feedback(
        hers.treatment,
        "m01",
        "Bra jobbat.",
        author=cast.tove,
        open_next="",
        reason="",
        client_key=uuid4(),
        by=SYSTEM,
        at=hers.later(7),
    )

    assert hers.treatment.progress.get(module_key="m01").feedback_at == hers.later(7)


def test_a_sleep_diary_that_cannot_be_read_is_kept_and_raised_to_a_human(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flagging, "sleepiness_in", breaks)

    entry = night(cast.treatment, clock.today())

    assert WorksheetEntry.objects.get(pk=entry.pk).handed_in_at is not None
    alert = Alert.objects.get(treatment=cast.treatment)
    assert (alert.kind, alert.level) == (Alert.Kind.SLEEPINESS, Alert.Level.WATCH)


def test_a_sleep_diary_is_kept_even_when_no_alert_can_be_raised(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(flagging, "raise_alert", fails)

    with caplog.at_level(logging.ERROR):
        entry = night(cast.treatment, clock.today(), dozed_risk=True)

    assert WorksheetEntry.objects.get(pk=entry.pk).handed_in_at is not None
    assert len([one for one in caplog.records if one.name == "ikbt.common.beside"]) == 2
    assert SECRET not in caplog.text


def test_a_night_without_danger_raises_nothing(cast: Cast) -> None:
    night(cast.treatment, clock.today())

    assert not Alert.objects.filter(treatment=cast.treatment).exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_called_beside_an_act_outside_its_transaction() -> None:
    with pytest.raises(RuntimeError), beside("anything"):
        pass
