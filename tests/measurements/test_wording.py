"""A score that is estimated or missing says so, in Swedish; unverified wording is named to editors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from measurements.change import ReliableChange
from measurements.registry import instrument
from measurements.scoring import Status
from measurements.wording import change_name, status_note, wording_note


@pytest.fixture(autouse=True)
def in_swedish() -> Iterator[None]:
    """The words a Swedish reader gets."""
    with translation.override("sv"):
        yield


def test_a_complete_score_needs_no_note() -> None:
    assert status_note(instrument("phq-9"), Status.COMPLETE, 0) == ""
    assert status_note(instrument("audit"), Status.COMPLETE_BY_SKIP, 0) == ""


def test_an_estimated_score_says_how_much_is_missing() -> None:
    assert status_note(instrument("phq-9"), Status.PRORATED, 1) == "Uppskattad poäng: 1 svar saknas."
    assert status_note(instrument("phq-9"), Status.PRORATED, 2) == "Uppskattad poäng: 2 svar saknas."


def test_an_estimate_by_convention_says_that_too() -> None:
    note = status_note(instrument("gad-7"), Status.PRORATED, 1)

    assert (
        note == "Uppskattad poäng: 1 svar saknas. Sättet att uppskatta är en konvention och inte publicerat."
    )


def test_a_missing_score_is_said_instead_of_a_number() -> None:
    assert status_note(instrument("phq-9"), Status.INCOMPLETE, 3) == "Ingen poäng: 3 svar saknas."


def test_change_is_named_and_unknown_change_is_not() -> None:
    assert [change_name(one) for one in ReliableChange] == [
        "tydligt bättre",
        "tydligt sämre",
        "ingen tydlig förändring",
    ]
    assert change_name(None) == ""


def test_editors_see_what_is_unverified_or_lacking() -> None:
    assert wording_note(instrument("phq-9"), "sv") == ""
    assert (
        wording_note(instrument("gad-7"), "sv")
        == "Ordalydelsen är inte jämförd med rättighetshavarens formulär."
    )
    assert "Ordalydelse saknas" in wording_note(instrument("who-5"), "sv")
