"""What is kept of a choice is the same as reading it anew, and costs the reading of what has changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ikbt.common import clock
from ikbt.outcomes.keeping import table_for
from ikbt.outcomes.reading import Choice, rows_of, stamp_of, table_of
from ikbt.treatments.models import OutcomeSummary, Treatment
from tests.cast import Cast
from tests.ikbt.outcomes.ended_treatments import ended

pytestmark = pytest.mark.django_db


def _answers(summary: OutcomeSummary, total: float, *, seconds: int = 1) -> None:
    summary.measures["phq-9"][-1][5:] = [73, total]
    summary.made_at = clock.now() + timedelta(seconds=seconds)
    summary.save()


def test_the_kept_table_changes_when_somebody_answers_or_another_treatment_ends(cast: Cast) -> None:
    summary = ended(cast, 6, cast.alfa)[0]
    choice = Choice((cast.alfa.pk,))
    first = table_for(choice, stamp_of(choice), instrument="phq-9")
    assert table_for(choice, stamp_of(choice), instrument="phq-9") is first

    summary.measures["phq-9"][-1][5:] = [73, 26.0]
    summary.made_at = clock.now() + timedelta(seconds=1)
    summary.save()
    second = table_for(choice, stamp_of(choice), instrument="phq-9")
    assert second is not None
    assert 26.0 in second.scores["phq-9"][:, second.waves.index("post")]

    Treatment.objects.filter(pk=summary.treatment_id).update(ended_at=None)
    third = table_for(choice, stamp_of(choice), instrument="phq-9")
    assert third is not None
    assert len(third.persons) == 5


def test_after_an_answer_what_is_kept_equals_what_is_read_anew(cast: Cast) -> None:
    summaries = ended(cast, 30, cast.alfa)
    choice = Choice((cast.alfa.pk,))
    table_for(choice, stamp_of(choice), instrument="phq-9")
    for at, summary in enumerate(summaries[3:6]):
        _answers(summary, 11.0 + at, seconds=at + 1)
    ended(cast, 4, cast.beta)
    # One of those that have ended: the cast has a treatment under way at that unit too.
    one = OutcomeSummary.objects.of_units([cast.beta.pk]).over().first()
    assert one is not None
    Treatment.objects.filter(pk=one.treatment_id).update(unit=cast.alfa)

    kept = table_for(choice, stamp_of(choice), instrument="phq-9")

    anew = table_of(rows_of(choice, instrument="phq-9"), instruments=("phq-9",))
    assert kept is not None
    assert anew is not None
    assert len(kept.persons) == 31
    # The order of rows means nothing; what stands in them is the same.
    assert sorted(map(str, kept.scores["phq-9"])) == sorted(map(str, anew.scores["phq-9"]))
    assert kept.completed is not None
    assert anew.completed is not None
    assert sorted(kept.completed.tolist()) == sorted(anew.completed.tolist())


def test_an_answer_that_is_stored_late_is_seen_at_the_next_reading(cast: Cast) -> None:
    first, second, *_ = ended(cast, 6, cast.alfa)
    choice = Choice((cast.alfa.pk,))
    _answers(first, 20.0, seconds=60)
    table_for(choice, stamp_of(choice), instrument="phq-9")
    # Its moment lies before what was seen already: another request held it open.
    _answers(second, 25.0, seconds=30)
    _answers(first, 21.0, seconds=90)

    table = table_for(choice, stamp_of(choice), instrument="phq-9")

    assert table is not None
    ends = table.scores["phq-9"][:, table.waves.index("post")]
    assert {21.0, 25.0} <= set(ends)
    assert 20.0 not in ends


def test_an_answer_costs_one_query_that_reads_one_summary(cast: Cast) -> None:
    summary = ended(cast, 6, cast.alfa)[0]
    choice = Choice((cast.alfa.pk,))
    OutcomeSummary.objects.of_units([cast.alfa.pk]).update(made_at=clock.now() - timedelta(days=1))
    table_for(choice, stamp_of(choice), instrument="phq-9")
    _answers(summary, 26.0)
    stamp = stamp_of(choice)

    with CaptureQueriesContext(connection) as asked:
        table_for(choice, stamp, instrument="phq-9")

    assert len(asked) == 1
    assert "made_at" in asked[0]["sql"].split("WHERE")[1]
