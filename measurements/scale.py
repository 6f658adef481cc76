"""What a graph needs to know of an instrument's scale: ends, bands, cut-off, reliable change."""

from __future__ import annotations

from dataclasses import dataclass

from measurements.instrument import Instrument


@dataclass(frozen=True)
class NamedBand:
    """One severity band in one language, both ends included."""

    key: str
    lower: int
    upper: int
    name: str


@dataclass(frozen=True)
class Scale:
    """The scale of a total. `bands` may be empty, the other parts None where nothing is published."""

    lower: int
    upper: int
    bands: tuple[NamedBand, ...]
    cut_off: int | None
    reliable_change: float | None
    higher_is_worse: bool


def bands_for(instrument: Instrument, language: str) -> tuple[NamedBand, ...]:
    """The severity bands from low to high, named in the language (English where it lacks)."""
    return tuple(
        NamedBand(band.key, band.lower, band.upper, band.name.get(language, band.name["en"]))
        for band in instrument.scoring.bands
    )


def scale_for(instrument: Instrument, language: str) -> Scale:
    """Everything a score graph draws behind its points."""
    return Scale(
        lower=instrument.scoring.lowest,
        upper=instrument.scoring.highest,
        bands=bands_for(instrument, language),
        cut_off=instrument.cut_off.value if instrument.cut_off else None,
        reliable_change=instrument.reliable_change.points if instrument.reliable_change else None,
        higher_is_worse=instrument.higher_is_worse,
    )


def severity_name(instrument: Instrument, key: str | None, language: str) -> str:
    """The name of a severity band by its key; "" where there is none."""
    return next((band.name for band in bands_for(instrument, language) if band.key == key), "")
