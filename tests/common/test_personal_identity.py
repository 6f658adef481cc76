"""Personal numbers are read as Skatteverket writes them; its published test numbers are the vectors."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ikbt.common.personal_identity import NotAPersonalNumber, check_digit, parse

TODAY = date(2026, 11, 23)

# Numbers that Skatteverket prints or sets apart for tests, and the one of the encyclopaedias.
VALID = ["191212121212", "189001019802", "196408233234", "198112189876"]


@pytest.mark.parametrize("digits", VALID)
def test_published_test_numbers_are_valid(digits: str) -> None:
    number = parse(digits, today=TODAY)

    assert number.digits == digits
    assert not number.coordination


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("19121212-1212", "191212121212"),
        ("121212+1212", "191212121212"),
        ("121212-1212", "201212121212"),
        ("1212121212", "201212121212"),
        (" 19 121212 - 1212 ", "191212121212"),
        ("811218-9876", "198112189876"),
        ("261123-", None),
    ],
)
def test_ways_of_writing(written: str, digits: str | None) -> None:
    if digits is None:
        with pytest.raises(NotAPersonalNumber):
            parse(written, today=TODAY)
    else:
        assert parse(written, today=TODAY).digits == digits


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "191212121213",
        "191213121212",
        "199002301236",
        "19121212-121",
        "19121212-12123",
        "202712121216",
        "000000000000",
        "19121212--1212",
        "1912121212１2",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(NotAPersonalNumber):
        parse(text, today=TODAY)


def test_coordination_number_has_sixty_added_to_its_day() -> None:
    digits = f"19701063239{check_digit('701063239')}"

    number = parse(digits, today=TODAY)

    assert number.coordination
    assert number.born == date(1970, 10, 3)


def test_coordination_number_as_skatteverket_prints_it() -> None:
    # SKV 707: born 3 October 1970, day 63.
    assert parse("701063-2391", today=TODAY).born == date(1970, 10, 3)


def test_masked_number_shows_the_birth_date_only() -> None:
    assert parse("19121212-1212", today=TODAY).masked == "19121212-****"


def test_check_digit_of_the_printed_example() -> None:
    # SKV 704: 640823-323 has check digit 4.
    assert check_digit("640823323") == 4


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999))
def test_every_number_with_a_right_check_digit_is_read_and_no_other(born: date, serial: int) -> None:
    nine = f"{born:%y%m%d}{serial:03d}"
    right = check_digit(nine)

    assert parse(f"{born:%Y}{nine[2:]}{right}", today=TODAY).born == born
    with pytest.raises(NotAPersonalNumber):
        parse(f"{born:%Y}{nine[2:]}{(right + 1) % 10}", today=TODAY)
