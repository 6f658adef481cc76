"""The questions asked at once when answers point to suicidal thoughts: data here, the rule in `flags`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from measurements.instrument import Text

FILE = Path(__file__).parent / "suicidal_thoughts.json"


@dataclass(frozen=True)
class FollowUpAnswer:
    """One answer, the same for every question: `no`, `yes`, `unsure`."""

    code: str
    text: Text


@dataclass(frozen=True)
class FollowUpQuestion:
    """`raises`: a yes makes watch high. `note`: the person may add words of her own."""

    key: str
    text: Text
    raises: bool
    note: bool


@dataclass(frozen=True)
class FollowUp:
    """One version of the questions."""

    version: str
    title: Text
    intro: Text
    answers: tuple[FollowUpAnswer, ...]
    questions: tuple[FollowUpQuestion, ...]


@cache
def follow_up() -> FollowUp:
    """The questions in use."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    return FollowUp(
        version=data["version"],
        title=data["title"],
        intro=data["intro"],
        answers=tuple(FollowUpAnswer(row["code"], row["text"]) for row in data["answers"]),
        questions=tuple(
            FollowUpQuestion(row["key"], row["text"], row["raises"], row["note"]) for row in data["questions"]
        ),
    )


def read_follow_up(data: Mapping[str, object], *, prefix: str = "follow_up_") -> dict[str, str]:
    """Question key -> answer code from a posted form; what is missing or unknown is left out."""
    codes = {answer.code for answer in follow_up().answers}
    given = {question.key: str(data.get(prefix + question.key, "")) for question in follow_up().questions}
    return {key: code for key, code in given.items() if code in codes}
