"""An extra questionnaire: who is told what, what may be asked for, and what may be withdrawn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.outbox.models import Notice
from ikbt.treatments.models import Treatment
from ikbt.treatments.ordering import LONGEST_NOTE, cancel_extra, order_extra, orderable
from measurements.models import Occasion
from measurements.recording import keep_draft_answers
from tests.cast import Cast
from tests.ikbt.treatments.patient import text_of, url

NOTE = "Hur har du sovit?"


def ordered(cast: Cast, slug: str = "bbq", **more: Any) -> Occasion:
    wanted: dict[str, Any] = {"days": 7, "note": NOTE, **more}
    return order_extra(
        cast.treatment, slug, ordered_by=cast.tove, by=SYSTEM, at=wanted.pop("at", clock.now()), **wanted
    )


def refusal(cast: Cast, **more: Any) -> str | None:
    with pytest.raises(ValidationError) as refused:
        ordered(cast, **more)
    return refused.value.code


def test_it_is_open_at_once_and_stands_on_her_start_page_with_the_line(
    cast: Cast, anna_client: Client
) -> None:
    occasion = ordered(cast)

    assert occasion.is_open(clock.now())
    assert occasion.closes_at == clock.midnight(clock.today() + timedelta(days=7))
    page = text_of(anna_client.get(url(cast, "treatment")))
    assert NOTE in page
    assert url(cast, "questionnaire", occasion.pk) in page


def test_the_mail_says_only_that_something_waits(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        occasion = ordered(cast)

    assert Notice.objects.get(key=f"extra:{occasion.pk}").kind == Notice.Kind.TO_ANSWER
    [sent] = mail.outbox
    text = f"{sent.subject} {sent.body}".lower()
    assert not [word for word in ("formulär", "skattning", "sovit", "bbq", "behandl") if word in text]


def test_it_stands_in_the_log_as_the_staff_s_act(cast: Cast) -> None:
    occasion = ordered(cast)
    entry = Entry.objects.get(object_kind="occasion", object_id=str(occasion.pk))
    assert (entry.action, entry.patient) == (Entry.Action.CREATE, cast.anna.pk)


def test_the_note_is_not_in_the_database_as_text(cast: Cast) -> None:
    raw = Occasion.objects.filter(pk=ordered(cast).pk).values_list("note", flat=True).get()
    assert NOTE not in str(raw)


def test_what_has_no_swedish_wording_cannot_be_asked_for(cast: Cast) -> None:
    assert "who-5" not in {one.id for one in orderable(cast.treatment, at=clock.now())}
    assert refusal(cast, slug="who-5") == "instrument"
    assert refusal(cast, slug="tarot") == "instrument"


def test_one_that_is_open_already_is_not_asked_for_twice(cast: Cast) -> None:
    ordered(cast)
    assert refusal(cast) == "instrument"
    assert refusal(cast, slug="phq-9") == "instrument"


@pytest.mark.parametrize("days", [0, 29])
def test_the_window_has_its_limits(cast: Cast, days: int) -> None:
    assert refusal(cast, days=days) == "days"


def test_a_long_line_is_refused_with_how_much(cast: Cast) -> None:
    assert refusal(cast, note="a" * (LONGEST_NOTE + 1)) == "note"


def test_an_ended_treatment_asks_for_nothing(cast: Cast) -> None:
    Treatment.objects.filter(pk=cast.treatment.pk).update(state=Treatment.State.CLOSED)
    assert refusal(cast) == "ended"


def test_a_withdrawn_one_is_gone_from_her_page_and_cannot_be_answered(
    cast: Cast, anna_client: Client
) -> None:
    occasion = ordered(cast)
    cancel_extra(cast.treatment, occasion, by=SYSTEM, at=clock.now())
    cancel_extra(cast.treatment, occasion, by=SYSTEM, at=clock.now())

    occasion.refresh_from_db()
    assert not occasion.is_open(clock.now())
    assert NOTE not in text_of(anna_client.get(url(cast, "treatment")))
    assert ordered(cast).number == 2


def test_what_belongs_to_the_program_or_has_been_begun_is_not_withdrawn(cast: Cast) -> None:
    planned = Occasion.objects.get(series=cast.treatment.series, instrument__slug="phq-9", kind="pre")
    with pytest.raises(ValidationError) as refused:
        cancel_extra(cast.treatment, planned, by=SYSTEM, at=clock.now())
    assert refused.value.code == "planned"

    begun = ordered(cast)
    keep_draft_answers(begun, {"x": "y"}, at=clock.now())
    with pytest.raises(ValidationError) as refused:
        cancel_extra(cast.treatment, begun, by=SYSTEM, at=clock.now())
    assert refused.value.code == "begun"
