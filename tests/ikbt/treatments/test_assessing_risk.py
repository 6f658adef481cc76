"""An assessment of suicide risk: what it must hold, kept as its alert is closed, checked again on its day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor
from ikbt.common import clock
from ikbt.outbox.models import Notice
from ikbt.treatments.alerting import close_alert
from ikbt.treatments.assessing_risk import Assessed, correct_assessment
from ikbt.treatments.dying import record_death
from ikbt.treatments.models import Alert, RiskAssessment, Treatment
from ikbt.treatments.timekeeping import keep_time
from tests.cast import Cast
from tests.therapist.scenes import assessed, high_alert, watch_alert

NOTE = "Pratade länge, inga planer nu."


def close(
    cast: Cast, alert: Alert, said: Assessed, *, note: str = NOTE, outcome: str = "safety_plan"
) -> RiskAssessment:
    by = Actor(id=cast.tove.pk, role="therapist")
    close_alert(alert, outcome=outcome, note=note, staff=cast.tove, by=by, at=clock.now(), assessed=said)
    return RiskAssessment.objects.get(alert=alert)


def faults(cast: Cast, alert: Alert, said: Assessed, **more: str) -> set[str | None]:
    with pytest.raises(ValidationError) as refused:
        close(cast, alert, said, **more)
    assert Alert.objects.get(pk=alert.pk).closed_at is None
    assert not RiskAssessment.objects.exists()
    return {one.code for one in refused.value.error_list}


def test_it_is_stored_with_the_closing_by_its_signer_and_code_and_logged(cast: Cast) -> None:
    alert = high_alert(cast.treatment)

    kept = close(cast, alert, assessed())

    assert (kept.code, kept.assessed_by, kept.note, kept.thoughts) == ("AU118", cast.tove, NOTE, "yes")
    logged = Entry.objects.get(object_kind="risk assessment", object_id=str(kept.pk))
    assert (logged.patient, logged.actor, logged.reason) == (cast.anna.pk, cast.tove.pk, "AU118 low")


def test_what_is_written_in_it_is_sealed(cast: Cast) -> None:
    close(cast, high_alert(cast.treatment), assessed(protective="Kanariefågeln", action="Kanarieringde"))

    with connection.cursor() as cursor:
        cursor.execute("SELECT protective, action, note FROM treatments_riskassessment")
        texts = " ".join(cursor.fetchone())
    assert "Kanarie" not in texts
    assert NOTE not in texts


def test_when_it_cannot_be_stored_the_alert_stays_open(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    alert = high_alert(cast.treatment)

    def fails(*args: object, **more: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(RiskAssessment.objects.__class__, "create", fails)
    with pytest.raises(RuntimeError):
        close(cast, alert, assessed())

    assert Alert.objects.get(pk=alert.pk).closed_at is None


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"contact": ""}, "contact"),
        ({"contact_at": None}, "contact_at"),
        ({"contact_at": clock.now() + timedelta(days=1)}, "contact_at"),
        ({"plan": ""}, "plan"),
        ({"intent": "perhaps"}, "intent"),
        ({"protective": " "}, "protective"),
        ({"action": "ringde"}, "action"),
        ({"safety_plan": ""}, "safety_plan"),
        ({"level_after": ""}, "level_after"),
        ({"next_check_on": None}, "next_check_on"),
        ({"next_check_on": clock.today() - timedelta(days=1)}, "next_check_on"),
        ({"next_check_on": clock.today() + timedelta(days=91)}, "next_check_on"),
        ({"level_after": "raised", "next_check_on": clock.today() + timedelta(days=8)}, "next_check_on"),
    ],
)
def test_a_high_alert_is_not_closed_without(cast: Cast, more: dict[str, Any], code: str) -> None:
    assert faults(cast, high_alert(cast.treatment), assessed(**more)) == {code}


def test_of_one_who_has_died_nobody_writes_down_a_contact_that_never_was(cast: Cast) -> None:
    alert, by = high_alert(cast.treatment), Actor(id=cast.tove.pk, role="therapist")
    assert faults(cast, alert, assessed(), outcome="deceased") == {"outcome"}
    record_death(cast.treatment, died_on=clock.today(), by=by, at=clock.now())
    alert = Alert.objects.get(pk=alert.pk)
    for outcome, note, code in (("assessed_safe", NOTE, "outcome"), ("deceased", "Död", "note")):
        assert faults(cast, alert, Assessed(), outcome=outcome, note=note) == {code}

    close_alert(alert, outcome="deceased", note=NOTE, staff=cast.tove, by=by, at=clock.now())

    alert.refresh_from_db()
    assert (alert.outcome, alert.note) == ("deceased", NOTE)
    assert not RiskAssessment.objects.exists()


def test_a_page_from_before_the_death_closes_nothing(cast: Cast) -> None:
    alert, by = high_alert(cast.treatment), Actor(id=cast.tove.pk, role="therapist")
    assert not alert.is_of_the_dead
    record_death(cast.treatment, died_on=clock.today(), by=by, at=clock.now())

    assert faults(cast, alert, assessed()) == {"changed"}


def test_nobody_is_found_safe_who_was_not_reached(cast: Cast) -> None:
    alert = high_alert(cast.treatment)
    unknown: dict[str, Any] = {
        "contact": "not_reached",
        "thoughts": "",
        "plan": "",
        "intent": "",
        "means": "",
    }
    tried = assessed(**unknown, earlier_attempts="", protective="", attempts=1)

    assert faults(cast, alert, tried) == {"attempts", "level_after"}

    again = assessed(**unknown, earlier_attempts="", protective="", attempts=2, level_after="raised")
    assert faults(cast, alert, again, outcome="assessed_safe") == {"level_after"}
    assert close(cast, alert, again, outcome="referred").attempts == 2


def test_high_risk_and_no_immediate_risk_contradict_each_other(cast: Cast) -> None:
    alert = high_alert(cast.treatment)

    assert faults(cast, alert, assessed(level_after="high"), outcome="assessed_safe") == {"level_after"}


def test_a_watch_alert_asks_for_level_note_and_next_check_alone(cast: Cast) -> None:
    alert = watch_alert(cast.treatment)

    assert faults(cast, alert, Assessed(), note="ok") == {"level_after", "note", "next_check_on"}

    said = Assessed(level_after="low", next_check_on=clock.today() + timedelta(days=14))
    assert close(cast, alert, said, note="Som förut").contact == ""


def test_a_watch_alert_that_turns_out_high_asks_for_everything(cast: Cast) -> None:
    alert = watch_alert(cast.treatment)
    said = Assessed(level_after="high", next_check_on=clock.today())

    found = faults(cast, alert, said)

    assert {"contact", "plan", "action", "safety_plan", "protective"} <= found


def test_other_kinds_close_with_an_outcome_and_no_assessment(cast: Cast) -> None:
    alert = Alert.objects.create(
        treatment=cast.treatment,
        kind=Alert.Kind.DETERIORATION,
        level=Alert.Level.WATCH,
        raised_at=clock.now(),
        due_at=clock.now(),
        owner=cast.tove,
    )
    close_alert(alert, outcome="reviewed", note="", staff=cast.tove, by=SYSTEM, at=clock.now())

    assert Alert.objects.get(pk=alert.pk).closed_at is not None
    assert not RiskAssessment.objects.exists()


def test_the_next_check_comes_up_on_its_day_once_and_mails_without_a_word_of_it(cast: Cast) -> None:
    kept = close(cast, high_alert(cast.treatment), assessed())
    day = clock.now() + timedelta(days=2)

    before = keep_time(at=clock.now() + timedelta(days=1))
    on_the_day = keep_time(at=day)
    after = keep_time(at=day + timedelta(hours=1))

    assert (before.checks, on_the_day.checks, after.checks) == (0, 1, 0)
    check = Alert.objects.get(treatment=cast.treatment, kind=Alert.Kind.CHECK)
    assert (check.level, check.owner, check.occasion) == (Alert.Level.WATCH, cast.tove, None)
    notice = Notice.objects.get(key=f"check:{kept.pk}")
    assert (notice.kind, notice.person) == (Notice.Kind.TO_ACT, cast.tove)


def test_a_check_is_closed_by_a_new_assessment_and_may_be_the_last_when_little_is_left(cast: Cast) -> None:
    close(cast, high_alert(cast.treatment), assessed())
    keep_time(at=clock.now() + timedelta(days=2))
    check = Alert.objects.get(treatment=cast.treatment, kind=Alert.Kind.CHECK)

    with pytest.raises(ValidationError):
        close(cast, check, Assessed(level_after="raised"))
    close(cast, check, Assessed(level_after="none"), note="Inga tankar längre.", outcome="reviewed")

    assert Alert.objects.get(pk=check.pk).closed_at is not None


def test_two_checks_of_one_day_are_one_task(cast: Cast) -> None:
    close(cast, high_alert(cast.treatment), assessed())
    keep_time(at=clock.now() + timedelta(days=2))
    first = RiskAssessment.objects.get(treatment=cast.treatment)
    RiskAssessment.objects.filter(treatment=cast.treatment, pk=first.pk).update(check_raised_at=None)

    keep_time(at=clock.now() + timedelta(days=3))

    assert Alert.objects.filter(treatment=cast.treatment, kind=Alert.Kind.CHECK).count() == 1


def test_a_check_comes_up_though_the_treatment_is_over_but_not_for_the_dead(cast: Cast) -> None:
    close(cast, high_alert(cast.treatment), assessed())
    Treatment.objects.filter(pk=cast.treatment.pk).update(state=Treatment.State.CLOSED)
    cast.anna.deceased_on = clock.today()
    cast.anna.save()
    assert keep_time(at=clock.now() + timedelta(days=2)).checks == 0

    cast.anna.deceased_on = None
    cast.anna.save()
    assert keep_time(at=clock.now() + timedelta(days=2)).checks == 1


def test_a_corrected_check_counts_and_the_old_one_does_not(cast: Cast) -> None:
    kept = close(cast, high_alert(cast.treatment), assessed())
    moved = assessed(next_check_on=clock.today() + timedelta(days=5))

    corrected = correct_assessment(
        kept,
        moved,
        note="Ny bedömning, samma natt.",
        reason="Fel dag",
        staff=cast.tove,
        by=Actor(id=cast.tove.pk, role="therapist"),
        at=clock.now(),
    )

    assert keep_time(at=clock.now() + timedelta(days=2)).checks == 0
    assert keep_time(at=clock.now() + timedelta(days=5)).checks == 1
    kept.refresh_from_db()
    assert (kept.note, corrected.corrects, corrected.note) == (NOTE, kept, "Ny bedömning, samma natt.")


def test_a_second_correction_of_the_same_one_is_refused(cast: Cast) -> None:
    kept = close(cast, high_alert(cast.treatment), assessed())
    again: dict[str, Any] = {"note": NOTE, "reason": "Stavfel", "staff": cast.tove, "by": SYSTEM}
    correct_assessment(kept, assessed(), at=clock.now(), **again)

    with pytest.raises(ValidationError) as refused:
        correct_assessment(kept, assessed(), at=clock.now(), **again)

    assert refused.value.code == "changed"
    assert RiskAssessment.objects.filter(alert=kept.alert).count() == 2
