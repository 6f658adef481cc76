"""How much of a program a patient has gone through is counted along her own path; each figure is computed by hand."""

from __future__ import annotations

from typing import Any

import pytest

from ikbt.audit.recording import Actor
from ikbt.outcomes.reading import Choice, rows_of
from ikbt.treatments.deciding import answer_offer, choose
from ikbt.treatments.ending import discontinue_treatment
from ikbt.treatments.models import OutcomeSummary
from ikbt.treatments.releasing import open_module
from ikbt.treatments.replanning import Reasoned, leave_out_module, put_back_module
from tests.cast import Cast
from tests.ikbt.treatments.going_on import settle
from tests.ikbt.treatments.tailored import LOW, Course, course, module

pytestmark = pytest.mark.django_db
WHY = "Det gäller inte henne."


def counts(made: Course) -> tuple[int, int]:
    """Handed in, of how many."""
    summary = OutcomeSummary.objects.get(treatment=made.treatment)
    return summary.modules_done, summary.modules_total


def hand_ins(made: Course) -> list[int]:
    """The days of what she has handed in."""
    found: list[int] = OutcomeSummary.objects.get(treatment=made.treatment).hand_ins
    return found


def four(cast: Cast, *, last: Any = None) -> Course:
    return course(
        cast,
        module("m01", release="start", days=0),
        module("m02", days=0),
        module("m03", days=0, unlock=last or {}),
        module("m04", days=0, release="offer" if last else "therapist"),
    )


def tove(cast: Cast) -> Actor:
    return Actor(id=cast.tove.pk, role="therapist", unit=cast.alfa.pk)


def said(cast: Cast, made: Course) -> Reasoned:
    return Reasoned(cast.tove, WHY, tove(cast), made.later(1))


def offered(cast: Cast, does: str, **more: str) -> Course:
    """Three modules that all have, the third with an offer, and one that only an offer brings."""
    made = four(cast, last={"offers": [{"key": "low", "does": does, "who": "therapist", **LOW, **more}]})
    made.answer("phq-9", 2)
    return made


def answered(cast: Cast, made: Course, *, accept: bool) -> None:
    who: dict[str, Any] = {"person": cast.tove, "reason": WHY, "by": tove(cast), "at": made.later(1)}
    answer_offer(made.treatment, "m03/low", accept=accept, **who)


def test_what_a_therapist_leaves_out_is_not_counted_and_counts_again_when_put_back(cast: Cast) -> None:
    made = four(cast)
    made.hand_in("m01")
    assert counts(made) == (1, 4)

    leave_out_module(made.treatment, "m03", said(cast, made))
    leave_out_module(made.treatment, "m04", said(cast, made))
    assert counts(made) == (1, 2)

    put_back_module(made.treatment, "m03", said(cast, made))
    assert counts(made) == (1, 3)


@pytest.mark.parametrize(("does", "more", "of"), [("skip", {}, 2), ("replace", {"instead": "m04"}, 3)])
def test_a_skipped_module_is_not_counted_and_a_replacing_one_is_in_its_place(
    does: str, more: dict[str, str], of: int, cast: Cast
) -> None:
    made = offered(cast, does, **more)
    assert counts(made) == (0, 3)

    answered(cast, made, accept=True)
    assert counts(made) == (0, of)

    answered(cast, made, accept=False)
    assert counts(made) == (0, 3)


def test_a_module_that_only_an_offer_brings_counts_once_it_is_opened(cast: Cast) -> None:
    made = offered(cast, "skip")

    open_module(made.treatment, "m04", opened_by=cast.tove, reason=WHY, by=tove(cast), at=made.later(1))
    made.hand_in("m04")

    assert counts(made) == (1, 4)


def test_a_choice_that_is_still_to_be_made_counts_for_the_least_it_brings(cast: Cast) -> None:
    """Two modules that all have, and one way of one module or of two: three at least, four by the longer way."""
    ways = [
        {"key": "short", "title": "Kort", "modules": ["m02"]},
        {"key": "long", "title": "Lång", "modules": ["m03", "m04"]},
    ]
    made = course(
        cast,
        module("m01", release="start", days=0),
        *(module(f"m0{n}", days=0) for n in (2, 3, 4, 5)),
        choices=[{"key": "way", "title": "Välj väg", "least": 1, "most": 1, "options": ways}],
    )
    made.hand_in("m01")
    assert counts(made) == (1, 3)

    choose(made.treatment, "way", ["long"], patient=made.patient, by=made.actor, at=made.later(1))

    assert counts(made) == (1, 4)


def test_a_module_that_she_chose_away_and_handed_in_beside_counts_on_neither_side_nor_as_a_day(
    cast: Cast,
) -> None:
    """The forecast reads the days: a module that is not hers would say that she keeps up."""
    ways = [{"key": way, "title": way, "modules": [key]} for way, key in (("one", "m02"), ("other", "m03"))]
    made = course(
        cast,
        module("m01", release="start", days=0),
        *(module(f"m0{n}", days=0) for n in (2, 3, 4)),
        choices=[{"key": "way", "title": "Välj väg", "least": 1, "most": 1, "options": ways}],
    )
    choose(made.treatment, "way", ["one"], patient=made.patient, by=made.actor, at=made.later(1))
    open_module(made.treatment, "m02", opened_by=cast.tove, reason=WHY, by=tove(cast), at=made.later(1))
    choose(made.treatment, "way", ["other"], patient=made.patient, by=made.actor, at=made.later(1))
    made.hand_in("m01", days=1)
    assert (counts(made), hand_ins(made)) == ((1, 3), [1])

    made.hand_in("m02", days=3)

    assert (counts(made), hand_ins(made)) == ((1, 3), [1])


@pytest.mark.parametrize(("left_out", "completed"), [(["m04", "m05"], True), (["m05"], True), ([], False)])
def test_an_ended_treatment_is_completed_by_three_quarters_of_her_own_path(
    left_out: list[str], completed: bool, cast: Cast
) -> None:
    """Three handed in: of five 60 %, of four 75 %, of three all."""
    made = course(
        cast,
        module("m01", release="start", days=0),
        *(module(f"m0{n}", days=0) for n in (2, 3, 4, 5)),
    )
    for key in ("m01", "m02", "m03"):
        open_module(made.treatment, key, opened_by=cast.tove, reason=WHY, by=tove(cast), at=made.later(1))
        made.hand_in(key)
    for key in left_out:
        leave_out_module(made.treatment, key, said(cast, made))

    settle(made.treatment, made.later(2))
    discontinue_treatment(made.treatment, code="time", reason=WHY, by=tove(cast), at=made.later(2))

    (row,) = rows_of(Choice((cast.alfa.pk,)))
    assert row.completed is completed
