"""Prints the outcomes of a CSV file of scores, without a database, as text or as one JSON object."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from measurements.outcomes.figures import Report
from measurements.outcomes.hiding import AT_LEAST
from measurements.outcomes.refusals import ChoiceError, TableError
from measurements.outcomes.report_sheet import report_sheet
from measurements.outcomes.reporting import outcome_report, read_csv
from measurements.outcomes.sheets import TooManyRowsError, UnknownFormatError, save
from measurements.outcomes.telling import told

INVALID = 2


class Command(BaseCommand):
    """`manage.py outcome_report --input scores.csv --by group --json`."""

    help = (
        "Reports outcomes from a CSV file with the columns person, group, instrument, wave, days and score "
        "(empty when unanswered); docs/outcomes.md tells the figures. Exit code 2 when the file can't be used."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, what to group by, the ends of the course, the smallest number shown, and the form."""
        parser.add_argument(
            "--input", required=True, type=Path, help="a CSV file, in UTF-8 with commas between"
        )
        parser.add_argument("--by", default="group", help="the column to group by; empty for the total alone")
        parser.add_argument(
            "--baseline", default="", help='the first wave of the course; else "pre", else the first'
        )
        parser.add_argument(
            "--end", default="", help='its last wave; else "post", else the last before follow-ups'
        )
        parser.add_argument(
            "--at-least", type=int, default=AT_LEAST, help="figures of fewer persons are hidden (default 5)"
        )
        parser.add_argument("--no-model", action="store_true", help="leave the mixed model out")
        parser.add_argument(
            "--output",
            type=Path,
            help="write FILE.csv or FILE.xlsx with its code book, and print what was written",
        )
        parser.add_argument(
            "--json", action="store_true", help="print one JSON object, also when a file is written"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the report; or says on standard error in one sentence what is wrong, and ends with code 2."""
        try:
            report = outcome_report(
                read_csv(options["input"]),
                by=options["by"],
                baseline=options["baseline"],
                end=options["end"],
                at_least=options["at_least"],
                model=not options["no_model"],
            )
        except (TableError, ChoiceError) as wrong:
            self._end(str(wrong))
        written = self._save(report, options["output"]) if options["output"] else []
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, allow_nan=False))
        else:
            self.stdout.write("\n".join(map(str, written)) if written else told(report))

    def _save(self, report: Report, path: Path) -> list[Path]:
        try:
            return save(report_sheet(report), path)
        except (UnknownFormatError, TooManyRowsError) as wrong:
            self._end(str(wrong))
        except OSError as error:
            self._end(f"{path} can't be written: {error.strerror}.")

    def _end(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(INVALID)
