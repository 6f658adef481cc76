"""Scores answers without a database: one set from the command line as one JSON object, or a CSV file of many."""

from __future__ import annotations

import json
import re
import sys
from argparse import ArgumentParser
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from ikbt.common.whole_files import whole_file
from measurements.instrument import Instrument
from measurements.outcomes.refusals import TableError
from measurements.registry import UnknownInstrumentError, instrument
from measurements.scoring import ScoreResult, Status, score

WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")
# What argparse would take for an option: "-1,0,2" is a (wrong) set of answers.
LOOKS_LIKE_OPTION = re.compile(r"-[0-9,]")
INVALID = 2


class Command(BaseCommand):
    """`manage.py score phq-9 1,0,2,,1,0,0,0,0`, or `manage.py score phq-9 --input answers.csv --output scores.csv`."""

    help = (
        "Scores answers and prints JSON. Answers are the values of the scored items in order with commas "
        "between, empty when unanswered: score phq-9 1,0,2,,1,0,0,0,0. With --input, scores each row of a CSV file "
        "whose columns are item1, item2 and so on (or the items' ids), keeps the other columns, and writes nothing "
        "when any row is not valid. Exit code 2 when answers are not valid."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The instrument, its answers, and whether rules for missing answers are left aside."""
        parser.add_argument("instrument", nargs="?", default="", help="such as phq-9 or gad-7")
        parser.add_argument("answers", nargs="?", default="", help="values with commas between")
        parser.add_argument("--input", type=Path, help="a CSV file of answers, in UTF-8 with commas between")
        parser.add_argument("--output", type=Path, help="where the scores go; else to standard output")
        parser.add_argument("--strict", action="store_true", help="no total when any answer is missing")

    def run_from_argv(self, argv: list[str]) -> None:
        """Lets answers begin with a minus, so that they are refused as answers and not as an option."""
        super().run_from_argv([f" {word}" if LOOKS_LIKE_OPTION.match(word) else word for word in argv])

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the result; says on standard error what is wrong and ends with code 2 when invalid."""
        if options["input"] or options["output"]:
            self._score_file(options)
        else:
            self._score_one(options)

    def _score_one(self, options: dict[str, Any]) -> None:
        try:
            chosen = instrument(options["instrument"])
        except UnknownInstrumentError as unknown:
            self._refuse({"status": str(Status.INVALID), "reason": "unknown_instrument"}, str(unknown))
        words = [word.strip() for word in options["answers"].split(",")]
        result = score(chosen, [_read(word) for word in words], strict=options["strict"])
        if result.status is Status.INVALID:
            self._refuse(result.as_dict(), _sentence(chosen, words, result))
        self.stdout.write(json.dumps(result.as_dict()))

    def _score_file(self, options: dict[str, Any]) -> None:
        # numpy and pandas come with it; one set of answers needs neither.
        from measurements.scoring_file import score_file

        if options["answers"] or not options["input"]:
            self._end("Give either answers or a file with --input; --output belongs to --input.")
        try:
            scored = score_file(instrument(options["instrument"]), options["input"], strict=options["strict"])
        except (UnknownInstrumentError, TableError) as wrong:
            self._end(str(wrong))
        if not options["output"]:
            scored.write(self.stdout)
            return
        try:
            with whole_file(options["output"]) as out:
                text = TextIOWrapper(out, encoding="utf-8", newline="")
                scored.write(text)
                # Flushes; else the wrapper would close the file when it goes.
                text.detach()
        except OSError as error:
            self._end(f"{options['output']} can't be written: {error.strerror}.")

    def _end(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(INVALID)

    def _refuse(self, answer: dict[str, object], sentence: str) -> NoReturn:
        self.stdout.write(json.dumps(answer))
        self._end(sentence)


def _read(word: str) -> int | str | None:
    """A value as an int, None when empty; any other word stays text, which scoring refuses."""
    if not word:
        return None
    return int(word) if WHOLE_NUMBER.fullmatch(word) else word


def _sentence(chosen: Instrument, words: list[str], result: ScoreResult) -> str:
    if result.item is None:
        given = 0 if words == [""] else len(words)
        return f"{chosen.short} has {len(chosen.items)} items, but {given} answers were given."
    allowed = ", ".join(str(value) for value in sorted(chosen.items[result.item - 1].values))
    given_word = words[result.item - 1][:40]
    return f"Item {result.item} of {chosen.short} can be {allowed} or empty, not {given_word!r}."
