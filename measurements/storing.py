"""Keeps instruments as frozen versions in the database, once each: as shipped, or as a unit has them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction

from ikbt.accounts.models import CareUnit
from ikbt.common.keeping import Kept
from measurements.definition import read_instrument
from measurements.instrument import Instrument
from measurements.models import InstrumentVersion
from measurements.registry import UnknownInstrumentError, instrument, shipped_data
from measurements.unit_instruments import definitions_of

# A region's units with own wordings of all that is shipped.
_INSTRUMENTS: Kept[UUID, Instrument] = Kept(500)


def stored_version(slug: str) -> InstrumentVersion:
    """The row of the shipped version of an instrument, made when it is first needed; raises UnknownInstrumentError."""
    known = instrument(slug)
    data = shipped_data()[slug]
    found, made = InstrumentVersion.objects.get_or_create(
        slug=slug,
        version=known.version,
        defaults={"definition": dict(data), "content_hash": content_hash(data)},
    )
    if not made and found.content_hash != content_hash(data):
        raise ValueError(f"{slug} {known.version} was changed without a new version number.")
    return found


def versions_at(unit: CareUnit, slugs: set[str], *, on: date) -> dict[str, InstrumentVersion]:
    """Slug -> the version that the unit's treatments use on a day: with its own wording and numbers, else as shipped.

    Raises UnknownInstrumentError.
    """
    unknown = sorted(slugs - set(shipped_data()))
    if unknown:
        raise UnknownInstrumentError(unknown[0])
    with transaction.atomic():
        return {
            slug: stored_version(slug)
            if definition == shipped_data()[slug]
            else _own_version(unit, definition)
            for slug, definition in sorted(definitions_of(unit, slugs, on=on).items())
        }


def _own_version(unit: CareUnit, definition: Mapping[str, Any]) -> InstrumentVersion:
    # The version's name is made of what is in it and whose it is, so the same name is the same row.
    found, _made = InstrumentVersion.objects.get_or_create(
        slug=definition["id"],
        version=definition["version"],
        unit=unit,
        defaults={"definition": dict(definition), "content_hash": content_hash(definition)},
    )
    return found


def content_hash(definition: Any) -> str:
    """SHA-256 over the canonical JSON."""
    return hashlib.sha256(json.dumps(definition, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def definition_of(version: InstrumentVersion) -> Instrument:
    """The instrument as it stood in this version; a version never changes, so it is read once a process."""
    return _read(version.slug, version.version, json.dumps(version.definition))


def instruments_kept(version_ids: Collection[UUID]) -> dict[UUID, Instrument]:
    """The instruments of these versions by id; one query for those that no one has read in this process."""
    return _INSTRUMENTS.of(version_ids, _read_instruments)


def _read_instruments(version_ids: Collection[UUID]) -> dict[UUID, Instrument]:
    rows = InstrumentVersion.objects.in_bulk(version_ids)
    return {key: definition_of(version) for key, version in rows.items()}


@lru_cache(maxsize=64)
def _read(slug: str, version: str, definition: str) -> Instrument:
    return read_instrument(json.loads(definition))
