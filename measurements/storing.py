"""Keeps shipped instruments as frozen versions in the database, once each."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Any

from django.db import transaction

from measurements.definition import read_instrument
from measurements.instrument import Instrument
from measurements.models import InstrumentVersion
from measurements.registry import instrument, shipped_data


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


def stored_versions(slugs: set[str]) -> dict[str, InstrumentVersion]:
    """Several at once, in one transaction."""
    with transaction.atomic():
        return {slug: stored_version(slug) for slug in sorted(slugs)}


def content_hash(definition: Any) -> str:
    """SHA-256 over the canonical JSON."""
    return hashlib.sha256(json.dumps(definition, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def definition_of(version: InstrumentVersion) -> Instrument:
    """The instrument as it stood in this version; a version never changes, so it is read once a process."""
    return _read(version.slug, version.version, json.dumps(version.definition))


@lru_cache(maxsize=64)
def _read(slug: str, version: str, definition: str) -> Instrument:
    return read_instrument(json.loads(definition))
