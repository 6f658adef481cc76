"""Learns from ended treatments who may need more support, and reports how often that would have been right."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.early_warning.judging import USEFUL_FROM, is_useful
from ikbt.treatments.early_warning.training import Learnt, train_early_warning
from ikbt.treatments.thresholds import LEARNING
from measurements.registry import UnknownInstrumentError, instrument


class Command(BaseCommand):
    """`manage.py train_early_warning [--instrument phq-9] [--week 4] [--json]`; shows nothing to anybody by itself."""

    help = "Learn a forecast from the service's ended treatments and report how it did on those held back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--instrument", default="phq-9")
        parser.add_argument("--week", type=int, default=LEARNING.week, help="weeks that the forecast sees")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 2 <= options["week"] <= 26:
            raise CommandError("--week must be 2 to 26.")
        try:
            chosen = instrument(options["instrument"])
        except UnknownInstrumentError as unknown:
            raise CommandError(str(unknown)) from unknown
        learnt = train_early_warning(chosen, week=options["week"], by=SYSTEM, at=clock.now())
        self.stdout.write(json.dumps(_plain(learnt)) if options["json"] else "\n".join(_told(learnt)))


def _plain(learnt: Learnt) -> dict[str, Any]:
    forecast = learnt.forecast
    return {
        "id": str(forecast.pk),
        "instrument": forecast.instrument,
        "week": forecast.week,
        "learnt_from": forecast.learnt_from,
        "held_back": forecast.held_back,
        "without_end": forecast.without_end,
        "why_not": learnt.why_not,
        "weights": forecast.weights,
        "judgement": forecast.judgement,
        "expected": forecast.expected,
    }


def _told(learnt: Learnt) -> list[str]:
    forecast, judgement = learnt.forecast, learnt.forecast.judgement
    strata = {stratum: max(row[1] for row in weeks) for stratum, weeks in forecast.expected.items()}
    lines = [
        f"{forecast.instrument}, first {forecast.week} weeks. {forecast.learnt_from} treatments to learn from, "
        f"{forecast.held_back} held back, {forecast.without_end} without a score at the end left out.",
        f"Expected course from: {strata or 'too few treatments'}.",
    ]
    if judgement is None:
        return [*lines, f"No forecast: {learnt.why_not}"]
    low, high = judgement["ci95"]
    useful = "at least" if is_useful(judgement) else "not surely"
    return [
        *lines,
        f"Balanced accuracy {judgement['balanced_accuracy']:.2f} (95 % {low:.2f} to {high:.2f}), {useful} the "
        f"{USEFUL_FROM:.2f} that was found useful.",
        f"Sensitivity {judgement['sensitivity']:.2f}, specificity {judgement['specificity']:.2f}, "
        f"expected/observed {judgement['expected_over_observed']:.2f}, slope {judgement['slope']:.2f}.",
        *(
            f"  forecast {one['forecast']:.2f}, failed {one['failed']:.2f}, n {one['n']}"
            for one in judgement["fifths"]
        ),
        "Shown to nobody until a unit has signed what it is for.",
    ]
