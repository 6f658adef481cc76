"""Her own curve: every value in a table, gaps as gaps, honest words."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.answering import answer_occasion
from ikbt.treatments.models import Treatment
from measurements.form import read_answers
from measurements.models import Occasion
from measurements.storing import definition_of
from tests.cast import Cast
from tests.ikbt.treatments.patient import answers, text_of, url


def answer(cast: Cast, occasion: Occasion, total: int) -> None:
    """PHQ-9 with this sum and nothing at item 9."""
    values: list[int | None] = [*(min(3, max(0, total - 3 * place)) for place in range(8)), 0]
    given = read_answers(definition_of(occasion.instrument), answers(occasion, values))
    answer_occasion(
        cast.treatment,
        occasion,
        given,
        language="sv",
        client_key=uuid4(),
        given_by=cast.anna,
        by=SYSTEM,
        at=occasion.opens_at + timedelta(hours=1),
    )


@pytest.fixture
def occasions(cast: Cast) -> list[Occasion]:
    """Her PHQ-9s of the first four weeks, all in the past."""
    series = Occasion.objects.filter(series=cast.treatment.series_id, instrument__slug="phq-9")
    shift = timedelta(days=60)
    for each in series:
        each.opens_at -= shift
        each.due_at -= shift
        each.closes_at -= shift
        each.save()
    return list(series.select_related("instrument").order_by("opens_at")[:4])


def test_without_answers_the_page_says_when_it_begins(cast: Cast, anna_client: Client) -> None:
    assert "Inga svar än" in text_of(anna_client.get(url(cast, "curve")))


def test_every_value_stands_in_the_table_and_a_missed_week_as_missed(
    cast: Cast, anna_client: Client, occasions: list[Occasion]
) -> None:
    for occasion, total in zip([occasions[0], occasions[1], occasions[3]], [17, 15, 10], strict=True):
        answer(cast, occasion, total)

    page = text_of(anna_client.get(url(cast, "curve")))

    for total in (17, 15, 10):
        assert f"<td>{total}</td>" in page
    assert "Inte besvarat" in page
    assert "Nedstämdhet (PHQ-9)" in page


@pytest.mark.parametrize(
    ("totals", "words"),
    [
        ([17, 15], "bara några få svar"),
        ([17, 12, 8], "tydligt bättre"),
        ([10, 12, 11], "ungefär där du började"),
        ([10, 14, 18], "tyngre nu"),
    ],
)
def test_the_words_promise_no_more_than_the_measure(
    totals: list[int], words: str, cast: Cast, anna_client: Client, occasions: list[Occasion]
) -> None:
    for occasion, total in zip(occasions, totals, strict=False):
        answer(cast, occasion, total)

    assert words in text_of(anna_client.get(url(cast, "curve")))


def test_what_opens_later_is_not_drawn(cast: Cast, anna_client: Client, occasions: list[Occasion]) -> None:
    answer(cast, occasions[0], 12)
    Occasion.objects.filter(pk=occasions[3].pk).update(
        opens_at=clock.now() + timedelta(days=1), closes_at=clock.now() + timedelta(days=8)
    )

    page = text_of(anna_client.get(url(cast, "curve")))

    assert f"Vecka {occasions[2].number}" in page
    assert f"Vecka {occasions[3].number}<" not in page


def test_the_programs_main_instrument_stands_first(
    cast: Cast, anna_client: Client, occasions: list[Occasion]
) -> None:
    """GAD-7 was answered before it, and is named after it in the program."""
    worry = Occasion.objects.select_related("instrument").get(
        series=cast.treatment.series_id, instrument__slug="gad-7"
    )
    worry.opens_at = occasions[0].opens_at - timedelta(days=1)
    worry.closes_at = occasions[0].closes_at
    worry.save()
    given = read_answers(definition_of(worry.instrument), answers(worry, [1] * 7))
    answer_occasion(
        cast.treatment,
        worry,
        given,
        language="sv",
        client_key=uuid4(),
        given_by=cast.anna,
        by=SYSTEM,
        at=worry.opens_at + timedelta(hours=1),
    )
    answer(cast, occasions[0], 12)

    page = text_of(anna_client.get(url(cast, "curve")))

    assert page.index("(PHQ-9)") < page.index("(GAD-7)")


ENDED, CLOSING = Treatment.State.MAINTENANCE, Treatment.State.CLOSING


@pytest.mark.parametrize(
    ("state", "last", "says"),
    [
        (
            CLOSING,
            16,
            "Prata med din behandlare, innan behandlingen slutar, om vad som kan hjälpa dig vidare.",
        ),
        (ENDED, 16, "När du svarade senast var du ungefär där du började."),
        (ENDED, 23, "Det var tyngre när du svarade senast än när du började."),
        (ENDED, 5, "Du mår tydligt bättre än när du började."),
    ],
)
def test_at_the_end_and_after_it_the_words_promise_no_weeks_and_lead_to_somebody_who_answers(
    cast: Cast, anna_client: Client, occasions: list[Occasion], state: str, last: int, says: str
) -> None:
    for occasion, total in zip(occasions, [16, 15, 16, last], strict=True):
        answer(cast, occasion, total)
    Treatment.objects.filter(pk=cast.treatment.pk).update(state=state, ended_at=clock.now())

    page = text_of(anna_client.get(url(cast, "curve")))

    assert says in page
    assert "efter några veckors övning" not in page
    assert "Berätta för din behandlare" not in page
    assert ("ring din enhet eller 1177" in page.lower()) == (state == ENDED and last != 5)


def test_after_the_end_few_answers_are_not_said_to_become_more(
    cast: Cast, anna_client: Client, occasions: list[Occasion]
) -> None:
    answer(cast, occasions[0], 12)
    Treatment.objects.filter(pk=cast.treatment.pk).update(state=ENDED, ended_at=clock.now())

    page = text_of(anna_client.get(url(cast, "curve")))

    assert "för få för att säga hur det har förändrats" in page
    assert "när det finns några veckor att titta på" not in page
