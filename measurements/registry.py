"""Which instruments are shipped, and finds one by its id."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from measurements.definition import read_instrument
from measurements.instrument import Instrument

FOLDER = Path(__file__).parent / "instruments"


class UnknownInstrumentError(LookupError):
    """No shipped instrument has this id."""

    def __init__(self, instrument_id: str) -> None:
        super().__init__(f"There is no instrument {instrument_id!r}. Known: {', '.join(sorted(shipped()))}.")


@cache
def shipped_data() -> Mapping[str, Mapping[str, Any]]:
    """Id -> definition as data, for storing a version."""
    files = sorted(FOLDER.rglob("*.json"))
    return MappingProxyType({file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files})


@cache
def shipped() -> Mapping[str, Instrument]:
    """Id -> instrument, all that the repository carries, those without item text too."""
    return MappingProxyType({key: read_instrument(data) for key, data in shipped_data().items()})


def instrument(instrument_id: str) -> Instrument:
    """The shipped instrument with this id; raises UnknownInstrumentError, which names those there are."""
    try:
        return shipped()[instrument_id]
    except KeyError:
        raise UnknownInstrumentError(instrument_id) from None


def answerable(language: str) -> list[Instrument]:
    """The instruments whose wording exists in this language, by id."""
    return [one for one in shipped().values() if language in one.languages]
