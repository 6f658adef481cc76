"""Formulas are read by a grammar of our own, and a missing operand never becomes a number."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest

from ikbt.common.clock import STOCKHOLM
from programs.exercises.formula import Scope, evaluate
from programs.exercises.grammar import FormulaError, parse
from programs.exercises.values import ClockTime, Column, plain

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=STOCKHOLM)


def rows(*values: object) -> Column:
    """A list field `n` with one row for each value."""
    held = tuple(
        {"n": Fraction(value) if isinstance(value, int) else None, "odd": value in (1, 3)} for value in values
    )
    return Column(held, held)


def worth(formula: str, **values: object) -> object:
    exact = {name: Fraction(value) if type(value) is int else value for name, value in values.items()}
    return plain(evaluate(parse(formula), Scope(exact, NOW, date(2026, 3, 20))))


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("-2 * -3", 6),
        ("1 / 0", None),
        ("1 < 2 and 2 < 3", True),
        ("not 1 < 2", False),
        ("'a' in ('a', 'b')", True),
        ("'c' not in ('a', 'b')", True),
        ("1 if true else 2", 1),
        ("1 if false else 2 if false else 3", 3),
        ("min(4, 2, 3)", 2),
        ("clamp(9, 1, 5)", 5),
        ("clamp(9, 6, 5)", 6),
        ("round15(322.5)", 330),
        ("round15(322)", 315),
        ("abs(-3)", 3),
        ("'a' == 1", None),
        ("7 / 3", 2.3),
        ("0.25 + 0", 0.3),
        ("-0.25 + 0", -0.3),
    ],
)
def test_signs_and_functions(formula: str, expected: object) -> None:
    assert worth(formula) == expected


@pytest.mark.parametrize(
    "formula",
    [
        "x + 1",
        "1 - x",
        "x > 1",
        "x == null",
        "min(x, 1)",
        "abs(x)",
        "1 if x else 2",
        "not x",
        "clamp(1, x, 3)",
        "x in (1, 2)",
        "round15(x)",
        "days_since(x)",
        "elapsed_min(x, x)",
        "sum(x)",
        "x.y",
        "true and x",
    ],
)
def test_a_missing_operand_gives_null(formula: str) -> None:
    assert worth(formula, x=None) is None


def test_false_and_missing_is_false_and_true_or_missing_is_true() -> None:
    assert worth("false and x", x=None) is False
    assert worth("x or true", x=None) is True


def test_is_tells_missing_from_false() -> None:
    assert worth("x is null", x=None) is True
    assert worth("x is not true", x=None) is True
    assert worth("x is not null", x=False) is True
    assert worth("x is not 'done'", x="done") is False


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("sum(a.n)", 6),
        ("mean(a.n)", 2),
        ("stdev(a.n)", 1),
        ("len(a)", 3),
        ("max(a.n)", 3),
        ("first(a).n", 1),
        ("last(a).n", 3),
        ("argmax(a.n).n", 3),
        ("argmin(a.n).n", 1),
        ("sum(a.n where odd)", 4),
        ("sum(a.n where n > 9)", 0),
        ("count(a.odd)", 2),
        ("any(a.n > 2)", True),
        ("first(sort(a, n desc)).n", 3),
        ("a.n - 1", [0, 1, 2]),
        ("count(a.n) by odd", {"True": 2, "False": 1}),
    ],
)
def test_aggregates_over_the_rows_of_a_list(formula: str, expected: object) -> None:
    assert worth(formula, a=rows(1, 2, 3)) == expected


@pytest.mark.parametrize(
    "formula",
    [
        "sum(a.n)",
        "mean(a.n)",
        "max(a.n)",
        "argmax(a.n)",
        "sort(a, n asc)",
        "sum(a.n where n > 0)",
        "stdev(a.n)",
    ],
)
def test_one_missing_row_makes_an_aggregate_missing(formula: str) -> None:
    assert worth(formula, a=rows(1, None)) is None


def test_an_empty_list_has_no_sum_but_a_length() -> None:
    assert worth("sum(a.n)", a=rows()) is None
    assert worth("len(a)", a=rows()) == 0
    assert worth("any(a.n > 1)", a=rows()) is False


def test_clock_times_go_round_midnight() -> None:
    assert worth("a - b", a=ClockTime(10), b=ClockTime(1430)) == 20
    assert worth("a - b", a=ClockTime(1430), b=ClockTime(10)) == -20
    assert worth("a - 330", a=ClockTime(390)) == "01:00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 +",
        "(1",
        "1)",
        "a b",
        "a ! b",
        "f(",
        "sum(a where)",
        "1 if 2",
        "a.1",
        "'open",
        "import os",
        "a[0]",
        "__import__('os')()",
        "a over 7 days",
        "lambda: 1",
        "(" * 60 + "1" + ")" * 60,
        "1+" * 600 + "1",
    ],
)
def test_what_the_grammar_does_not_know_is_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        parse(text)
