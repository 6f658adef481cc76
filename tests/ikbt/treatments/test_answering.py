"""Answers, score, flags and what they call for: in one transaction, once, dated when they were given."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.common.clock import midnight
from ikbt.treatments import answering
from ikbt.treatments.answering import answer_occasion
from ikbt.treatments.models import Alert, Treatment
from measurements.models import AnswerSet, Occasion, Score
from measurements.scheduling import plan_extra
from tests.cast import Cast, gather
from tests.ikbt.treatments.patient import first_phq9
from tests.therapist.scenes import codes

HIGH = [1, 1, 1, 1, 1, 1, 1, 1, 3]
MANY = 50


def give(
    treatment: Treatment,
    occasion: Occasion,
    values: Sequence[int | None],
    *,
    at: datetime | None = None,
    key: UUID | None = None,
    slug: str = "phq-9",
) -> Score:
    return answer_occasion(
        treatment,
        occasion,
        codes(slug, values),
        language="sv",
        client_key=key or uuid4(),
        given_by=treatment.patient,
        by=SYSTEM,
        at=at or clock.now(),
    ).score


def extra(treatment: Treatment, total: int, at: datetime) -> Score:
    """One more PHQ-9 with this total, no answer on item 9."""
    values = [min(3, max(0, total - 3 * place)) for place in range(8)]
    return give(treatment, plan_extra(first_phq9_of(treatment), at=at), [*values, 0], at=at)


def first_phq9_of(treatment: Treatment) -> Occasion:
    return Occasion.objects.select_related("instrument").get(
        series=treatment.series_id, instrument__slug="phq-9", kind=Occasion.Kind.PRE
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_key", [True, False], ids=["one post repeated", "fifty posts"])
def test_fifty_parallel_submissions_store_one_answer_set_one_score_and_one_alert(same_key: bool) -> None:
    cast = gather()
    occasion, at, key = first_phq9(cast), clock.now(), uuid4()
    start = Barrier(MANY)

    def submit(number: int) -> str:
        try:
            start.wait(timeout=60)
            give(cast.treatment, occasion, HIGH, at=at, key=key if same_key else UUID(int=number + 1))
        except ValidationError as refused:
            return str(refused.code)
        finally:
            connections.close_all()
        return "stored"

    with ThreadPoolExecutor(MANY) as pool:
        outcomes = list(pool.map(submit, range(MANY)))

    assert AnswerSet.objects.filter(occasion=occasion).count() == 1
    assert Score.objects.filter(occasion=occasion).count() == 1
    assert Alert.objects.filter(treatment=cast.treatment).count() == 1
    assert Entry.objects.filter(object_kind="answers", object_id=str(occasion.pk)).count() == 1
    assert outcomes.count("stored") == (MANY if same_key else 1)
    assert set(outcomes) <= {"stored", "answered"}


def test_when_the_alert_cannot_be_raised_nothing_is_stored(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_more: object) -> Alert:
        raise RuntimeError("no alert today")

    monkeypatch.setattr(answering, "raise_alert", broken)
    with pytest.raises(RuntimeError):
        give(cast.treatment, first_phq9(cast), HIGH)

    assert not AnswerSet.objects.exists()
    assert first_phq9(cast).answered_at is None


def test_a_late_answer_is_dated_when_given_and_keeps_its_week(cast: Cast) -> None:
    occasion = Occasion.objects.get(series=cast.treatment.series, kind=Occasion.Kind.WEEKLY, number=3)
    late = occasion.due_at + timedelta(days=3)

    score = give(cast.treatment, occasion, [1] * 8 + [0], at=late)

    occasion.refresh_from_db()
    assert (occasion.number, occasion.answered_at, score.answered_at) == (3, late, late)
    assert score.answer_set.answered_at == late


def test_answers_after_the_window_are_refused(cast: Cast) -> None:
    occasion = first_phq9(cast)
    with pytest.raises(ValidationError) as refused:
        give(cast.treatment, occasion, [0] * 9, at=occasion.closes_at)
    assert refused.value.code == "closed"


def test_a_left_out_risk_item_is_unanswered_and_raises_nothing(cast: Cast) -> None:
    score = give(cast.treatment, first_phq9(cast), [1] * 8 + [None])

    assert score.risk == Score.Risk.UNANSWERED
    assert not Alert.objects.filter(treatment=cast.treatment).exists()


def worse(cast: Cast, *totals: int) -> int:
    """How many alerts of deterioration stand after answers with these totals, a day apart and after what stands."""
    before = Score.objects.filter(occasion__series=cast.treatment.series).count()
    for day, total in enumerate(totals, start=before):
        extra(cast.treatment, total, clock.now() + timedelta(days=day))
    return Alert.objects.filter(treatment=cast.treatment, kind=Alert.Kind.DETERIORATION).count()


def test_reliably_worse_twice_in_a_row_alerts_and_once_does_not(cast: Cast) -> None:
    assert worse(cast, 8, 14) == 0
    assert worse(cast, 8, 14) == 0
    assert worse(cast, 14) == 1


def test_a_point_under_the_reliable_change_is_no_deterioration(cast: Cast) -> None:
    assert worse(cast, 8, 13, 13, 13) == 0


def test_a_unit_may_ask_for_three_in_a_row_or_for_one(cast: Cast) -> None:
    cast.treatment.unit.thresholds = {"worse_in_a_row": 3}
    assert worse(cast, 8, 14, 14) == 0
    assert worse(cast, 14) == 1

    cast.other_treatment.unit.thresholds = {"worse_in_a_row": 1}
    at = clock.now()
    extra(cast.other_treatment, 8, at)
    extra(cast.other_treatment, 14, at + timedelta(days=1))
    assert Alert.objects.filter(treatment=cast.other_treatment).count() == 1


def test_an_answer_without_a_total_is_no_baseline(cast: Cast) -> None:
    at = clock.now()
    empty = plan_extra(first_phq9(cast), at=at)
    give(cast.treatment, empty, [1, *[None] * 8], at=at)

    assert worse(cast, 8, 14, 14) == 1


def planned_with(cast: Cast, *measures: dict[str, object]) -> None:
    """The version as if it had these measures too; only this instance is read in what follows."""
    outline = cast.treatment.version.outline
    cast.treatment.version.outline = {**outline, "measures": [*outline["measures"], *measures]}


TRIGGERED = {
    "instrument": "gad-7",
    "when": "triggered",
    "by": "phq-9",
    "from_score": 15,
    "within": 3,
    "most": 1,
}


def called_for(cast: Cast) -> list[Occasion]:
    return list(Occasion.objects.filter(series=cast.treatment.series, kind=Occasion.Kind.TRIGGERED))


def test_a_score_calls_for_another_instrument_at_once_and_no_oftener_than_planned(cast: Cast) -> None:
    planned_with(cast, TRIGGERED)
    Occasion.objects.filter(series=cast.treatment.series, instrument__slug="gad-7").delete()
    at = clock.now()

    extra(cast.treatment, 14, at)
    assert called_for(cast) == []
    extra(cast.treatment, 15, at + timedelta(hours=1))
    [found] = called_for(cast)
    assert found.is_open(at + timedelta(hours=1))
    assert found.due_at == midnight(clock.local_date(at + timedelta(hours=1)) + timedelta(days=3))

    give(cast.treatment, found, [0] * 7, at=at + timedelta(hours=2), slug="gad-7")
    extra(cast.treatment, 20, at + timedelta(hours=3))
    assert called_for(cast) == [found]


def test_what_is_open_already_is_not_called_for_again(cast: Cast) -> None:
    planned_with(cast, {**TRIGGERED, "most": 5})

    extra(cast.treatment, 20, clock.now())

    assert called_for(cast) == []


def test_a_risk_answer_may_call_for_an_instrument(cast: Cast) -> None:
    planned_with(cast, {**TRIGGERED, "from_score": None, "item": 9, "from_answer": 1})
    Occasion.objects.filter(series=cast.treatment.series, instrument__slug="gad-7").delete()

    give(cast.treatment, first_phq9(cast), [None] * 8 + [1])

    assert len(called_for(cast)) == 1


def test_answering_while_the_clock_is_set_back_keeps_both_moments_apart(cast: Cast) -> None:
    # 31 October 2027 has 02.30 twice; an hour lies between them.
    before = midnight(date(2027, 10, 31)) + timedelta(0)
    first = before.astimezone(clock.now().tzinfo) + timedelta(hours=2, minutes=30)
    second = first + timedelta(hours=1)
    occasion = plan_extra(first_phq9(cast), at=first)

    score = give(cast.treatment, occasion, [0] * 9, at=second)

    assert score.answered_at - occasion.opens_at == timedelta(hours=1)
    assert clock.local_date(first) == clock.local_date(second) == date(2027, 10, 31)
