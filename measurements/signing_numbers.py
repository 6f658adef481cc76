"""Sets a unit's own cut-off, reliable change or bands of an instrument: signed, for treatments to come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from measurements.combining import combined
from measurements.definition import DefinitionError
from measurements.instrument import Instrument
from measurements.models import UnitNumbers
from measurements.registry import instrument, shipped_data


def sign_numbers(
    slug: str, numbers: Mapping[str, Any], *, unit: CareUnit, reason: str, by: Person, at: datetime
) -> UnitNumbers:
    """Store the numbers ({"cut_off", "reliable_change", "bands": {key: begins at}}; {} goes back to the shipped).

    Raises ValidationError when a number is off the scale, bands don't rise, or no reason is given;
    UnknownInstrumentError. Treatments that run keep the numbers they started with.
    """
    known = instrument(slug)
    _guard(known, numbers, reason)
    with transaction.atomic():
        row = UnitNumbers.objects.create(
            unit=unit, slug=slug, numbers=dict(numbers), reason=reason.strip(), set_by=by, set_at=at
        )
        actor = Actor(id=by.pk, role="publisher", unit=unit.pk)
        record(Entry.Action.CHANGE, by=actor, kind="instrument numbers", object_id=row.pk, reason=slug)
    return row


def _guard(known: Instrument, numbers: Mapping[str, Any], reason: str) -> None:
    if not reason.strip():
        raise ValidationError(_("Say why the unit uses other numbers."), code="reason")
    lowest, highest = known.scoring.lowest, known.scoring.highest
    ends = {"low": lowest, "high": highest}
    cut_off, change = numbers.get("cut_off"), numbers.get("reliable_change")
    if cut_off is not None and not lowest <= cut_off <= highest:
        raise ValidationError(_("The cut-off must be between %(low)d and %(high)d.") % ends, code="cut_off")
    if change is not None and not 0 < change <= highest - lowest:
        raise ValidationError(
            _("A reliable change must be more than 0 and at most the whole scale."), code="reliable_change"
        )
    try:
        combined(shipped_data()[known.id], wordings=[], numbers={**numbers, "citation": "-"}, whose="")
    except DefinitionError as broken:
        raise ValidationError(
            _("Each band must begin above the one before, within %(low)d to %(high)d.") % ends, code="bands"
        ) from broken
