"""`manage.py score` prints one JSON object, whatever is asked, and ends with code 2 when invalid."""

from __future__ import annotations

import json
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from measurements.management.commands.score import Command

VECTORS = json.loads((Path(__file__).parent / "vectors" / "scoring.json").read_text(encoding="utf-8"))[
    "vectors"
]
# A command line has words only: no booleans, and 1.5 or "2" can't be told from text.
SAYABLE = [one for one in VECTORS if all(type(value) in (int, type(None)) for value in one["responses"])]


def run(*words: str, **options: Any) -> tuple[int, Any, str]:
    """Exit code, the JSON object, and standard error."""
    out, err = StringIO(), StringIO()
    try:
        call_command(Command(), *words, stdout=out, stderr=err, no_color=True, **options)
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    assert out.getvalue().count("\n") == 1
    return code, json.loads(out.getvalue()), err.getvalue()


def as_words(responses: list[int | None]) -> str:
    """Answers as typed."""
    return ",".join("" if value is None else str(value) for value in responses)


@pytest.mark.parametrize("vector", SAYABLE, ids=lambda vector: vector["id"])
def test_the_command_prints_what_the_vector_expects(vector: dict[str, Any]) -> None:
    words = as_words(vector["responses"])
    # The space keeps a first answer below 0 from being an option; run_from_argv adds it, tested below.
    code, printed, err = run(vector["instrument"], f" {words}")

    assert printed == vector["expected"]
    assert (code == 2) == (vector["expected"]["status"] == "invalid") == bool(err)


def test_strict_leaves_the_rule_for_missing_answers_aside() -> None:
    _, usual, _ = run("phq-9", "1,1,1,1,1,1,1,1,")
    _, strict, _ = run("phq-9", "1,1,1,1,1,1,1,1,", strict=True)

    assert (usual["status"], strict["status"]) == ("prorated", "incomplete")


@pytest.mark.parametrize(
    ("words", "reason", "sentence"),
    [
        (("phq-99", "1"), "unknown_instrument", "There is no instrument 'phq-99'. Known: audit, "),
        ((), "unknown_instrument", "There is no instrument ''."),
        (("phq-9",), "wrong_number_of_items", "PHQ-9 has 9 items, but 0 answers were given."),
        (("phq-9", "1,2"), "wrong_number_of_items", "PHQ-9 has 9 items, but 2 answers were given."),
        (("gad-7", "1,a,0,0,0,0,0"), "out_of_range", "Item 2 of GAD-7 can be 0, 1, 2, 3 or empty, not 'a'."),
        (("gad-7", "1,4,0,0,0,0,0"), "out_of_range", "Item 2 of GAD-7 can be 0, 1, 2, 3 or empty, not '4'."),
        (("gad-7", "1,1.0,0,0,0,0,0"), "out_of_range", "not '1.0'."),
        (("gad-7", "1,true,0,0,0,0,0"), "out_of_range", "not 'true'."),
        (("gad-7", f"1,{'9' * 5000},0,0,0,0,0"), "out_of_range", f"not '{'9' * 40}'."),
        (("gad-7", "1,٣,0,0,0,0,0"), "out_of_range", "not '٣'."),
        (
            ("audit", "1,1,1,1,1,1,1,1,1,0"),
            "out_of_range",
            "Item 9 of AUDIT can be 0, 2, 4 or empty, not '1'.",
        ),
    ],
)
def test_what_can_not_be_scored_is_said_in_one_sentence(
    words: tuple[str, ...], reason: str, sentence: str
) -> None:
    code, printed, err = run(*words)

    assert (code, printed["status"], printed["reason"]) == (2, "invalid", reason)
    assert sentence in err
    assert err.count("\n") == 1


def test_answers_that_begin_with_a_minus_are_refused_as_answers(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        Command(stdout=sys.stdout, stderr=sys.stderr).run_from_argv(
            ["manage.py", "score", "phq-9", "-1,0,0,0,0,0,0,0,0"]
        )
    printed = capsys.readouterr()

    assert ended.value.code == 2
    assert json.loads(printed.out) == {"status": "invalid", "reason": "out_of_range", "item": 1}
    assert "not '-1'" in printed.err


def test_the_command_asks_no_database() -> None:
    """No database mark on this test: pytest-django refuses any query."""
    assert run("phq-9", "0,0,0,0,0,0,0,0,0")[0] == 0
    assert Command.requires_system_checks == []
