"""After the treatment, in the maintenance phase: reading and exercises go on, messages don't, and the pages say so."""

from __future__ import annotations

import pytest
from django.test import Client

from ikbt.common import clock
from ikbt.treatments.ending import begin_closing, complete_treatment
from ikbt.treatments.models import WorksheetEntry
from tests.cast import Cast
from tests.ikbt.treatments.courses import WHY, tove
from tests.ikbt.treatments.patient import diary, entry, text_of, url

NOBODY_READS = "Ingen läser"


@pytest.fixture
def finished(cast: Cast) -> Cast:
    begin_closing(cast.treatment, by=tove(cast), at=clock.now())
    complete_treatment(cast.treatment, reason=WHY, by=tove(cast), at=clock.now())
    return cast


@pytest.mark.parametrize("place", ["treatment", "messages"])
def test_the_pages_say_that_nobody_reads_and_not_that_nothing_can_be_saved(
    place: str, finished: Cast, anna_client: Client
) -> None:
    shown = text_of(anna_client.get(url(finished, place)))

    assert NOBODY_READS in shown
    assert "Inget nytt kan sparas" not in shown
    assert 'name="body"' not in shown
    assert "svarar inom" not in shown


def test_an_exercise_is_filled_in_and_saved(finished: Cast, anna_client: Client) -> None:
    shown = text_of(anna_client.get(diary("step", finished)))
    assert NOBODY_READS in shown
    assert 'name="activity"' in shown

    anna_client.post(diary("hand_in_entry", finished), entry(activity="Gick en runda"))

    kept = WorksheetEntry.objects.get(treatment=finished.treatment)
    assert kept.state == WorksheetEntry.State.HANDED_IN
    assert "Gick en runda" in text_of(anna_client.get(diary("step", finished)))
