"""Makes every treatment's outcome summary anew: after an upgrade, or when a doubt is to be settled."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from ikbt.common import clock
from ikbt.treatments.models import OutcomeSummary, Treatment
from ikbt.treatments.summarising import summarise


class Command(BaseCommand):
    """`manage.py refresh_outcomes`: says how many there are, and how many told something else before."""

    help = "Make the outcome summaries of all treatments anew."

    def handle(self, *args: Any, **options: Any) -> None:
        count = changed = 0
        for treatment in Treatment.objects.select_related("version").iterator(chunk_size=200):
            with transaction.atomic():
                Treatment.objects.select_for_update(of=("self",)).get(pk=treatment.pk)
                before = _told(treatment)
                summarise(treatment, at=clock.now())
            count += 1
            changed += before is not None and before != _told(treatment)
        self.stdout.write(f"{count} summaries made, {changed} told something else before.")


def _told(treatment: Treatment) -> tuple[Any, ...] | None:
    return (
        OutcomeSummary.objects.filter(treatment=treatment)
        .values_list("measures", "modules_total", "modules_done", "hand_ins")
        .first()
    )
