"""What ended treatments came to, on paper first: completed, measured twice, reliably better, left unanswered."""

from __future__ import annotations

import pytest

from ikbt.common import clock
from ikbt.treatments.models import Treatment
from ikbt.treatments.summarising import summarise
from tests.cast import Cast
from tests.therapist import scenes
from therapist.unit.board import read_board
from therapist.unit.ended import CameTo, Ended, come_to

BETTER = (
    "Tillförlitligt förbättrade enligt huvudskattningen, av dem som avslutade och besvarat den två gånger"
)
UNANSWERED = "Obesvarade skattningar, av dem som avslutade"


def line(kind: str, number: int, day: int, total: int | None, *, answered: int | None = None) -> list[object]:
    """An occasion that opens on this day, is due two days later and closes after six."""
    at = answered if answered is not None else day if total is not None else None
    return [kind, number, day, day + 2, day + 6, at, total]


def ended(*lines: list[object], days: int = 60, done: int = 6, of: int = 8, main: str = "phq-9") -> Ended:
    return Ended(main, days, done, of, {"phq-9": list(lines), "gad-7": [line("pre", 0, 0, 9)]})


def test_nothing_comes_of_nobody() -> None:
    assert come_to([]) == CameTo(0, 0, 0, 0, 0)


def test_three_quarters_of_the_modules_are_a_program_completed() -> None:
    assert come_to([ended(done=6), ended(done=5), ended(done=0, of=0)]).completed == 1


@pytest.mark.parametrize(("last", "better"), [(12, 1), (13, 0), (18, 0), (24, 0)])
def test_reliably_better_is_six_points_of_phq_9_from_the_first_answer_to_the_last(
    last: int, better: int
) -> None:
    """PHQ-9's published reliable change is 6 points."""
    found = come_to([ended(line("pre", 0, 0, 18), line("weekly", 1, 7, 3), line("post", 0, 50, last))])

    assert (found.measured_twice, found.better) == (1, better)


def test_one_answer_or_another_questionnaire_tells_no_change() -> None:
    once = ended(line("pre", 0, 0, 18), line("post", 0, 50, None))
    other = ended(line("pre", 0, 0, 18), line("post", 0, 50, 3), main="isi")

    assert come_to([once, other]).measured_twice == 0


def test_what_is_answered_after_the_end_or_not_yet_over_does_not_count() -> None:
    late = ended(line("pre", 0, 0, 18), line("followup_3m", 0, 150, 3), days=60)
    still_open = ended(line("pre", 0, 0, 18), line("weekly", 8, 56, None), days=60)

    found = come_to([late, still_open])

    assert (found.measured_twice, found.asked, found.unanswered) == (0, 4, 0)


def test_unanswered_is_what_closed_without_an_answer() -> None:
    found = come_to(
        [ended(line("pre", 0, 0, 18), line("weekly", 1, 7, None), line("weekly", 2, 14, 9, answered=19))]
    )

    assert (found.asked, found.unanswered) == (4, 1)


def test_the_board_tells_it_of_enough_and_not_of_few(cast: Cast) -> None:
    now = clock.now()

    def told() -> dict[str, tuple[str | None, str | None]]:
        return {one.name: (one.value, one.of) for one in read_board(cast.alfa, weeks=12, at=now).period}

    for number in range(5):
        one = scenes.started(
            f"Vera{number}", unit=cast.alfa, therapist=cast.kim, version=cast.version, days_ago=60
        )
        scenes.answer(one, [2, 2, 2, 2, 2, 2, 2, 2, 0])
        scenes.answer(one, [*scenes.SAFE[:8], 0], kind="weekly", number=2)
        summarise(one, at=now)
        assert told()[BETTER][0] is None
        Treatment.objects.filter(pk=one.pk).update(ended_at=now, state=Treatment.State.CLOSED)

    figures = told()
    assert figures[BETTER] == ("100 %", "5")
    value, of = figures[UNANSWERED]
    assert value is not None
    assert value.endswith("%")
    assert of is not None
    assert int(of) > 6
