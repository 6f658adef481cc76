"""A research export holds pseudonyms, days, bands and numbers, and nobody who stands alone."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurements.outcomes.research import (
    STARRED,
    VARIABLES,
    Answer,
    Export,
    Participant,
    ResearchError,
    Traits,
    age_band,
    k_anonymous,
    pseudonym,
    research_export,
)

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
START = date(2026, 3, 2)


def participant(person: str, **own: Any) -> Participant:
    return Participant(
        **{"person": person, "age": 30, "sex": "woman", "program": "depression", "started_on": START, **own}
    )


def answer(person: str, **own: Any) -> Answer:
    given_answer = {
        "person": person,
        "instrument": "phq-9",
        "version": "1.0.0",
        "wave": "pre",
        "answered_on": START,
        "item": "total",
        "value": 14,
    }
    return Answer(**{**given_answer, **own})


PEOPLE = [participant(f"id-{place}") for place in range(6)]


def rows_of(export: Export) -> list[dict[str, Any]]:
    return [dict(zip([one.name for one in VARIABLES], row, strict=True)) for row in export.sheet.rows]


def test_a_pseudonym_is_stable_under_its_key_and_another_under_another() -> None:
    assert pseudonym("id-1", KEY) == pseudonym("id-1", KEY)
    assert len({pseudonym(f"id-{place}", key) for place in range(500) for key in (KEY, OTHER_KEY)}) == 1000
    assert pseudonym("id-1", KEY).isalnum()
    assert len(pseudonym("id-1", KEY)) == 20


def test_a_pseudonym_is_that_of_the_published_algorithm() -> None:
    """RFC 4231, test case 6: HMAC-SHA256 with a key of 131 bytes aa."""
    found = pseudonym("Test Using Larger Than Block-Size Key - Hash Key First", b"\xaa" * 131)

    # The first 100 bits of 60e431591ee0b67f0d8a26aacb..., five at a time.
    bits = f"{int('60e431591ee0b67f0d8a26aacb', 16):0104b}"[:100]
    assert found == "".join(
        "abcdefghijklmnopqrstuvwxyz234567"[int(bits[at : at + 5], 2)] for at in range(0, 100, 5)
    )


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ResearchError, match="at least 32 bytes; this one has 31"):
        pseudonym("id-1", b"k" * 31)


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "-17"), (17, "-17"), (18, "18-24"), (24, "18-24"), (25, "25-34"), (74, "65-74"), (99, "75-")],
)
def test_ages_stand_in_bands(age: int, band: str) -> None:
    assert age_band(age) == band


def test_impossible_ages_are_refused() -> None:
    for age in (-1, 131, 1987):
        with pytest.raises(ResearchError):
            age_band(age)


def test_dates_are_days_from_the_start_and_persons_are_pseudonyms() -> None:
    answers = [
        answer("id-0", answered_on=START + timedelta(days=21)),
        answer("id-0", answered_on=START - timedelta(days=3)),
    ]
    found = rows_of(research_export(PEOPLE, answers, key=KEY))

    assert [row["day"] for row in found] == [-3, 21]
    assert {row["pseudonym"] for row in found} == {pseudonym("id-0", KEY)}
    assert found[0] == {
        "pseudonym": pseudonym("id-0", KEY),
        "age_band": "25-34",
        "sex": "woman",
        "program": "depression",
        "instrument": "phq-9",
        "version": "1.0.0",
        "wave": "pre",
        "day": -3,
        "item": "total",
        "value": 14,
    }


def test_nothing_of_a_person_leaves_but_what_the_code_book_names() -> None:
    export = research_export(PEOPLE, [answer("id-0")], key=KEY)
    text = str(export.sheet.rows)

    assert "id-0" not in text
    assert str(START) not in text
    assert len(VARIABLES) == len(next(iter(export.sheet.rows)))


def test_rows_come_in_order_of_pseudonym() -> None:
    answers = [answer(one.person) for one in PEOPLE]
    found = [row["pseudonym"] for row in rows_of(research_export(PEOPLE, answers, key=KEY))]

    assert found == sorted(found)


@pytest.mark.parametrize(
    "own",
    [
        {"value": "jag mår dåligt"},
        {"value": True},
        {"value": 199001011234},
        {"wave": "Hon sa att"},
        {"item": "19900101-1234"},
        {"item": "900101-1234"},
        {"instrument": "a" * 41},
        {"version": ""},
        {"person": "somebody else"},
    ],
)
def test_free_text_and_strangers_are_refused_and_not_repeated(own: dict[str, Any]) -> None:
    with pytest.raises(ResearchError) as refused:
        research_export(PEOPLE, [answer("id-0", **own) if "person" not in own else answer(**own)], key=KEY)

    assert str(next(iter(own.values()))) not in str(refused.value) or next(iter(own.values())) == ""


def test_traits_must_be_keys_and_persons_stand_once() -> None:
    for wrong in (participant("x", sex="Kvinna"), participant("x", program="Depression, men med oro")):
        with pytest.raises(ResearchError):
            research_export([wrong], [], key=KEY)
    with pytest.raises(ResearchError, match="twice"):
        research_export([PEOPLE[0], PEOPLE[0]], [], key=KEY)


def test_who_stands_alone_by_age_has_it_starred() -> None:
    alike = {f"a{place}": Traits("25-34", "woman", "depression") for place in range(6)}
    bands = ("18-24", "35-44", "45-54", "55-64", "65-74")
    others = {f"b{band}": Traits(band, "woman", "depression") for band in bands}
    found = k_anonymous(alike | others)

    assert {found[person] for person in alike} == {Traits("25-34", "woman", "depression")}
    assert {found[person] for person in others} == {Traits(STARRED, "woman", "depression")}


def test_who_stands_alone_whatever_is_starred_is_left_out_and_counted() -> None:
    people = [*PEOPLE, participant("alone", age=80, sex="man", program="ocd")]
    export = research_export(people, [answer(one.person) for one in people], key=KEY)

    assert (export.persons, export.starred, export.left_out) == (6, 0, 1)
    assert pseudonym("alone", KEY) not in {row["pseudonym"] for row in rows_of(export)}


people_traits = st.builds(
    Traits,
    st.sampled_from(["18-24", "25-34", "35-44"]),
    st.sampled_from(["woman", "man"]),
    st.sampled_from(["depression", "worry"]),
)


@given(st.lists(people_traits, max_size=40), st.integers(1, 7))
def test_everybody_kept_shares_her_traits_with_enough_others(everyone: list[Traits], at_least: int) -> None:
    given_traits = {str(place): own for place, own in enumerate(everyone)}
    found = k_anonymous(given_traits, at_least=at_least)

    assert all(count >= at_least for count in Counter(found.values()).values())
    for person, own in found.items():
        for name in ("age_band", "sex", "program"):
            assert getattr(own, name) in (STARRED, getattr(given_traits[person], name))


@given(st.lists(people_traits, max_size=40), st.integers(1, 7))
def test_fewer_than_the_number_are_left_out_and_common_traits_stay(
    everyone: list[Traits], at_least: int
) -> None:
    given_traits = {str(place): own for place, own in enumerate(everyone)}
    found = k_anonymous(given_traits, at_least=at_least)
    common = Counter(everyone)

    assert len(given_traits) - len(found) < at_least
    assert all(found[person] == own for person, own in given_traits.items() if common[own] >= at_least)
