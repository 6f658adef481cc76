"""Steps of a silence: done once, in the channel or in the therapist's list, and over when she is back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ikbt.audit.recording import SYSTEM
from ikbt.common.clock import midnight
from ikbt.outbox.models import Notice
from ikbt.outbox.sending import due_notices, send
from ikbt.treatments.acting_by_rule import act, due_silences
from ikbt.treatments.dying import record_death
from ikbt.treatments.ending import discontinue_treatment
from ikbt.treatments.messaging import send_message
from ikbt.treatments.models import Alert, AutomaticAct, Treatment
from ikbt.treatments.pausing import pause_treatment, resume_treatment
from ikbt.treatments.switching import switch_rule
from ikbt.treatments.timekeeping import keep_time
from measurements.models import AnswerSet, Occasion, Score
from tests.cast import Cast
from tests.ikbt.treatments.courses import WHY, begun, tove
from therapist.caseload import read_caseload
from therapist.choosing import Choice, Shown

START = date(2027, 1, 4)


def on_day(days: int, hour: int = 9) -> datetime:
    return midnight(START + timedelta(days=days)) + timedelta(hours=hour)


def run(first: int, last: int) -> None:
    """The clock and the outbox each morning, as cron runs them."""
    for day in range(first, last + 1):
        keep_time(at=on_day(day))
        for notice in due_notices(at=on_day(day)):
            send(notice, at=on_day(day))


def acts(treatment: Treatment) -> list[str]:
    rows = AutomaticAct.objects.filter(treatment=treatment, rule__startswith="silent")
    return list(rows.order_by("at", "rule").values_list("rule", flat=True))


def silence(treatment: Treatment) -> Alert:
    found: Alert = Alert.objects.get(treatment=treatment, kind=Alert.Kind.SILENT, closed_at=None)
    return found


@pytest.fixture
def silent(cast: Cast) -> Treatment:
    """Begun on a Monday, and nothing since."""
    return begun(cast, START)


def test_each_step_is_done_once_on_its_day(silent: Treatment) -> None:
    run(0, 40)

    done = AutomaticAct.objects.filter(treatment=silent, rule__startswith="silent").order_by("at", "rule")
    assert [(one.rule, (one.at.date() - START).days, one.rule_version) for one in done] == [
        ("silent_remind", 3, 1),
        ("silent_message", 7, 1),
        ("silent_task", 7, 1),
        ("silent_write", 10, 1),
        ("silent_call", 14, 1),
        ("silent_letter", 18, 1),
        ("silent_decide", 28, 1),
    ]


def test_a_task_stands_in_the_therapist_s_list_and_says_which_step_it_is(
    cast: Cast, silent: Treatment
) -> None:
    run(10, 10)
    row = next(
        one
        for one in read_caseload(cast.tove, choice=Choice(Shown.ALL), by=SYSTEM, at=on_day(10)).rows
        if one.treatment_id == silent.pk
    )

    told = [one.text for one in (row.reason, *row.others) if one is not None]
    assert "Tyst: skriv personligt" in told
    assert [text for text in told if text.startswith("Inte aktiv")] == []


def test_a_task_that_was_taken_waits_anew_with_the_next_step(cast: Cast, silent: Treatment) -> None:
    run(7, 7)
    Alert.objects.filter(pk=silence(silent).pk).update(taken_at=on_day(8), taken_by=cast.tove)

    run(10, 10)

    assert (silence(silent).rule, silence(silent).taken_at) == ("silent_write", None)


def test_a_closed_task_comes_back_first_with_the_next_step(silent: Treatment) -> None:
    run(7, 7)
    Alert.objects.filter(pk=silence(silent).pk).update(closed_at=on_day(8), outcome="reviewed")

    run(8, 9)
    assert not Alert.objects.filter(treatment=silent, kind="silent", closed_at=None).exists()
    run(10, 10)
    assert silence(silent).rule == "silent_write"


def test_it_ends_by_itself_when_she_is_back_and_counts_anew(silent: Treatment) -> None:
    run(7, 7)
    send_message(silent, "Hej!", sender=silent.patient, client_key=uuid4(), by=SYSTEM, at=on_day(8))

    run(8, 8)
    assert Alert.objects.get(treatment=silent, kind="silent").outcome == Alert.Outcome.PASSED
    run(9, 15)
    assert acts(silent).count("silent_task") == 2


def test_whoever_has_been_written_to_is_not_to_be_written_to_once_more(cast: Cast, silent: Treatment) -> None:
    run(7, 7)
    send_message(silent, "Hur är det?", sender=cast.tove, client_key=uuid4(), by=tove(cast), at=on_day(9))

    run(10, 13)

    assert "silent_write" not in acts(silent)


def test_last_answers_that_told_of_risk_bring_the_call_forward(cast: Cast, silent: Treatment) -> None:
    Occasion.objects.filter(series=silent.series_id).update(answered_at=on_day(0))
    occasion = Occasion.objects.filter(series=silent.series_id, instrument__slug="phq-9")[0]
    answers = AnswerSet.objects.create(
        occasion=occasion, answers={}, given_by=silent.patient, answered_at=on_day(0), client_key=uuid4()
    )
    Score.objects.create(
        occasion=occasion, answer_set=answers, instrument_slug="phq-9", risk="watch", answered_at=on_day(0)
    )

    run(7, 7)

    assert silence(silent).rule == "silent_call"


def test_after_downtime_the_last_step_alone_is_done(silent: Treatment) -> None:
    run(19, 20)

    assert acts(silent) == ["silent_letter", "silent_message"]


def test_none_while_paused_and_days_count_from_the_end_of_the_pause(cast: Cast, silent: Treatment) -> None:
    pause_treatment(silent, days=14, by=tove(cast), at=on_day(2), reason=WHY)
    run(3, 15)
    assert acts(silent) == []

    run(16, 22)
    assert acts(silent) == ["silent_remind"]
    run(23, 23)
    assert acts(silent)[1:] == ["silent_message", "silent_task"]


def test_none_after_the_end_and_the_open_task_ends(cast: Cast, silent: Treatment) -> None:
    run(0, 7)
    before = len(mail.outbox)
    discontinue_treatment(silent, code="time", reason=WHY, by=tove(cast), at=on_day(7, 10))
    told = len(mail.outbox)

    run(8, 40)

    assert Alert.objects.get(treatment=silent, kind="silent").outcome == Alert.Outcome.PASSED
    sent = Notice.objects.filter(person=silent.patient, sent_at__gt=on_day(7, 10)).exclude(rule="")
    assert list(sent) == []
    assert before <= told


def test_none_for_the_dead(cast: Cast, silent: Treatment) -> None:
    keep_time(at=on_day(7))
    waiting = Notice.objects.filter(person=silent.patient, sent_at=None).exclude(rule="")
    assert waiting.exists()

    record_death(silent, died_on=START + timedelta(days=7), by=tove(cast), at=on_day(7, 10))
    run(8, 40)

    assert not Notice.objects.filter(person=silent.patient, sent_at__gt=on_day(7, 10)).exists()


@pytest.mark.parametrize("how", ["pause", "end", "off", "back"])
def test_what_has_changed_between_queueing_and_sending_stops_it(
    cast: Cast, silent: Treatment, how: str
) -> None:
    keep_time(at=on_day(7))
    notice = Notice.objects.get(rule="silent_message", person=silent.patient)
    at = on_day(7, 10)
    if how == "pause":
        pause_treatment(silent, days=3, by=tove(cast), at=at, reason=WHY)
    elif how == "end":
        discontinue_treatment(silent, code="time", reason=WHY, by=tove(cast), at=at)
    elif how == "off":
        switch_rule(
            "silent_message", unit=cast.alfa, is_off=True, reason="Texten ska ses över.", by=SYSTEM, at=at
        )
    else:
        send_message(silent, "Hej!", sender=silent.patient, client_key=uuid4(), by=SYSTEM, at=at)

    assert send(notice.pk, at=at) is False

    notice.refresh_from_db()
    expected = {"pause": "paused", "end": "ended", "off": "off", "back": "done"}[how]
    assert (notice.sent_at, notice.dropped, notice.dropped_at) == (None, expected, at)
    assert notice.pk not in due_notices(at=on_day(20))


def test_a_pause_that_ends_early_counts_from_its_end(cast: Cast, silent: Treatment) -> None:
    pause_treatment(silent, days=14, by=tove(cast), at=on_day(2), reason=WHY)
    resume_treatment(silent, by=tove(cast), at=on_day(6))

    assert [one.rule.key for one in due_silences(on_day(8))] == []
    assert [one.rule.key for one in due_silences(on_day(9))] == ["silent_remind"]


def test_an_act_asks_again_under_its_lock(cast: Cast, silent: Treatment) -> None:
    found = next(one for one in due_silences(on_day(10)) if one.rule.key == "silent_write")
    send_message(silent, "Hej!", sender=silent.patient, client_key=uuid4(), by=SYSTEM, at=on_day(10))

    assert act(found, at=on_day(10)) is False
    assert acts(silent) == []


def test_looking_for_silences_costs_the_same_for_many(cast: Cast, silent: Treatment) -> None:
    def spent() -> int:
        with CaptureQueriesContext(connection) as queries:
            list(due_silences(on_day(7)))
        return len(queries)

    alone = spent()
    many = [silent.pk, *(begun(cast, START).pk for _number in range(4))]

    assert spent() == alone
    assert {one.treatment.pk for one in due_silences(on_day(7))} == set(many)


def test_what_has_no_cause_is_not_even_tried(cast: Cast, silent: Treatment) -> None:
    """Each run of the clock would else lock everybody who is silent, for days."""

    def due(days: int) -> list[str]:
        return [one.rule.key for one in due_silences(on_day(days))]

    assert due(3) == ["silent_remind"]
    Occasion.objects.filter(series=silent.series_id).update(answered_at=on_day(0))
    assert due(3) == []

    assert "silent_write" in due(10)
    send_message(silent, "Hej!", sender=cast.tove, client_key=uuid4(), by=SYSTEM, at=on_day(9))
    assert "silent_write" not in due(10)
    assert "silent_call" in due(14)
