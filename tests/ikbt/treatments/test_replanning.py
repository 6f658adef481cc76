"""A therapist holds, leaves out and moves modules that are closed; rules and offers respect it, and it is kept why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor
from ikbt.treatments.deciding import answer_offer
from ikbt.treatments.models import PathDecision, Treatment, TreatmentEvent
from ikbt.treatments.opening_alone import open_alone
from ikbt.treatments.paths import way_of
from ikbt.treatments.releasing import open_module, what_is_missing
from ikbt.treatments.replanning import (
    Reasoned,
    hold_module,
    leave_out_module,
    move_module,
    put_back_module,
    release_hold,
)
from ikbt.treatments.unlocking import Unmet
from tests.cast import Cast
from tests.conftest import SignIn
from tests.ikbt.treatments.patient import text_of
from tests.ikbt.treatments.tailored import Course, course, exercise_step, module

pytestmark = pytest.mark.django_db
LOW = {"when": [{"instrument": "phq-9", "at_least": 10}]}
WHY = "Vi väntar till efter flytten."


def four(cast: Cast, *, release: str = "therapist") -> Course:
    return course(
        cast,
        module("m01", exercise_step("m01-s01"), release="start"),
        module("m02", release=release, unlock={"weekly": False}),
        module("m03", release=release, unlock={"weekly": False}),
        module("m04", unlock={"after": ["m03"]}),
    )


def said(cast: Cast, made: Course, reason: str = WHY, *, days: int = 6) -> Reasoned:
    actor = Actor(id=cast.tove.pk, role="therapist", unit=cast.alfa.pk)
    return Reasoned(cast.tove, reason, actor, made.later(days))


def fresh(made: Course) -> Treatment:
    return Treatment.objects.select_related("version", "unit").get(pk=made.treatment.pk)


def path(made: Course) -> list[str]:
    return [one["key"] for one in way_of(fresh(made)).path]


def done_with(made: Course, key: str) -> None:
    made.answer("phq-9", 0)
    made.answer("gad-7", 0)
    made.write(key, f"{key}-s01")
    made.hand_in(key)


def test_a_held_module_does_not_open_by_the_clock_until_it_is_released(cast: Cast) -> None:
    made = four(cast, release="auto")
    hold_module(made.treatment, "m02", said(cast, made, days=1))
    done_with(made, "m01")

    assert open_alone(fresh(made), at=made.later(8)) == []
    assert [one.kind for one in what_is_missing(fresh(made), at=made.later(8))] == [Unmet.HELD_BY_HAND]

    release_hold(made.treatment, "m02", said(cast, made, "Flytten är klar.", days=8))

    assert made.open == ["m01", "m02"]


def test_an_offer_does_not_open_what_is_held(cast: Cast) -> None:
    offer = {"key": "low", "does": "early", "who": "patient", **LOW}
    made = course(
        cast, module("m01", release="start"), module("m02"), module("m03", unlock={"offers": [offer]})
    )
    made.answer("phq-9", 2)
    hold_module(made.treatment, "m03", said(cast, made))

    with pytest.raises(ValidationError):
        answer_offer(
            fresh(made),
            "m03/low",
            accept=True,
            person=made.patient,
            reason="",
            by=made.actor,
            at=made.later(7),
        )

    assert made.open == ["m01"]


def test_the_therapist_opens_what_is_held_with_a_reason_alone(cast: Cast) -> None:
    made = four(cast)
    done_with(made, "m01")
    hold_module(made.treatment, "m02", said(cast, made))
    more: dict[str, Any] = {"opened_by": cast.tove, "by": said(cast, made).by, "at": made.later(8)}

    with pytest.raises(ValidationError) as refused:
        open_module(fresh(made), "m02", reason="", **more)
    open_module(fresh(made), "m02", reason="Hon bad om den.", **more)

    assert refused.value.code == "reason"
    assert made.open == ["m01", "m02"]
    assert not way_of(fresh(made)).held


def test_what_is_left_out_is_passed_and_can_be_put_back(cast: Cast) -> None:
    made = four(cast)
    done_with(made, "m01")

    leave_out_module(made.treatment, "m02", said(cast, made))

    assert path(made) == ["m01", "m03", "m04"]
    assert [one["key"] for one in way_of(fresh(made)).left_out] == ["m02"]
    assert what_is_missing(fresh(made), at=made.later(8), module_key="m03") == []

    put_back_module(made.treatment, "m02", said(cast, made, "Den behövs ändå."))

    assert path(made) == ["m01", "m02", "m03", "m04"]


def test_leaving_one_out_opens_what_its_rule_then_lets_open_by_itself(cast: Cast) -> None:
    made = four(cast, release="auto")
    hold_module(made.treatment, "m02", said(cast, made, days=1))
    done_with(made, "m01")

    leave_out_module(made.treatment, "m02", said(cast, made, days=8))

    assert made.open == ["m01", "m03"]


def test_a_module_is_moved_where_the_program_lets_it_stand_and_nowhere_else(cast: Cast) -> None:
    made = four(cast)
    done_with(made, "m01")

    move_module(made.treatment, "m03", said(cast, made), after="m01")
    with pytest.raises(ValidationError) as refused:
        move_module(made.treatment, "m04", said(cast, made), after="m01")

    assert refused.value.code == "after"
    assert path(made) == ["m01", "m03", "m02", "m04"]
    assert what_is_missing(fresh(made), at=made.later(8)) == []
    opened = open_module(
        fresh(made), "m03", opened_by=cast.tove, reason="", by=said(cast, made).by, at=made.later(8)
    )
    assert opened.position == 2


@pytest.mark.parametrize("verb", [hold_module, leave_out_module, release_hold, put_back_module])
@pytest.mark.parametrize(
    ("key", "reason", "code"),
    [("m02", "nej", "reason"), ("m01", WHY, "opened"), ("m99", WHY, "unknown")],
    ids=["no reason", "open already", "not in the program"],
)
def test_what_is_refused(cast: Cast, verb: Callable[..., object], key: str, reason: str, code: str) -> None:
    made = four(cast)

    with pytest.raises(ValidationError) as refused:
        verb(made.treatment, key, said(cast, made, reason))

    assert refused.value.code == code
    assert not PathDecision.objects.exists()
    assert not fresh(made).is_replanned


def test_an_ended_treatment_is_not_planned_anew(cast: Cast) -> None:
    made = four(cast)
    Treatment.objects.filter(pk=made.treatment.pk).update(state=Treatment.State.CLOSED)

    with pytest.raises(ValidationError):
        hold_module(made.treatment, "m02", said(cast, made))

    assert not PathDecision.objects.exists()


def test_who_when_and_why_are_kept_and_logged_once(cast: Cast) -> None:
    made = four(cast)

    hold_module(made.treatment, "m02", said(cast, made))
    hold_module(made.treatment, "m02", said(cast, made, "Samma sak en gång till.", days=7))
    move_module(made.treatment, "m03", said(cast, made), after="m01")

    held, moved = TreatmentEvent.objects.filter(
        treatment=made.treatment, kind__in=["module_held", "module_moved"]
    ).order_by("kind")
    assert (held.actor, held.module_key, held.reason, held.at) == (cast.tove, "m02", WHY, made.later(6))
    assert moved.reason == f"efter ”Modul m01”: {WHY}"
    assert Entry.objects.filter(object_kind="path", patient=made.patient.pk, actor=cast.tove.pk).count() == 2


def test_she_reads_of_a_hold_and_of_what_is_left_out_in_neutral_words(cast: Cast, signed_in: SignIn) -> None:
    made = four(cast)
    hold_module(made.treatment, "m02", said(cast, made))
    leave_out_module(made.treatment, "m03", said(cast, made))
    client = signed_in(made.patient)

    page = text_of(client.get(reverse("treatments:treatment", args=[made.treatment.pk])))

    assert "Din behandlare öppnar den längre fram." in page
    assert "Ingår inte i din behandling nu. Fråga din behandlare om du vill läsa den." in page
    assert WHY not in page
