"""Decides what of a report may be shown: nothing of fewer persons than a number, nor what follows by subtraction.

When the total is printed, a single hidden group is the total less the others. So more groups are hidden with it, the
smallest first, until the hidden ones together are enough persons and each of them could still be a large group.
This guards one report. Two reports that cut the same persons differently may together tell more: docs/outcomes.md.

Source: the rules for frequency tables of the Handbook on Statistical Disclosure Control (ESSnet, 2010), chapter 5.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from measurements.outcomes.figures import (
    Apart,
    GroupFigures,
    InstrumentFigures,
    PairFigures,
    Rates,
    Report,
    Share,
    Wave,
)

AT_LEAST = 5

Key = tuple[str, ...]
PERSONS: Key = ("persons",)
PAIR = "pair"
APART = "apart"  # a cell that no figure shows: the persons of whom one tells more than others


@dataclass(frozen=True)
class Hidden:
    """Which places are hidden, and whether the total must be too, since hiding every place is not enough."""

    places: frozenset[int]
    total: bool


def hidden_places(counts: Sequence[int], *, at_least: int = AT_LEAST, also: Collection[int] = ()) -> Hidden:
    """Which of the counts of disjoint groups to hide where their sum is printed beside them.

    Hidden are counts from 1 to at_least - 1, the places in `also`, and as many more as it takes: at least two places,
    whose sum leaves each of them room to be `at_least` while the others are 1. An empty group (0) hides nobody.
    Raises ValueError for a negative count.
    """
    if min(counts, default=0) < 0:
        raise ValueError("counts can't be negative")
    chosen = {place for place, count in enumerate(counts) if _is_few(count, at_least)} | set(also)
    more = _smallest_first(counts, chosen)
    while chosen and not _is_safe([counts[place] for place in chosen], at_least):
        if not more:
            return Hidden(frozenset(chosen), True)
        chosen.add(more.pop(0))
    return Hidden(frozenset(chosen), False)


def _smallest_first(counts: Sequence[int], but: Collection[int]) -> list[int]:
    """The places with somebody in them, but not those already chosen."""
    places = [place for place, count in enumerate(counts) if count and place not in but]
    return sorted(places, key=lambda place: (counts[place], place))


def _is_safe(counts: Sequence[int], at_least: int) -> bool:
    return len(counts) >= 2 and sum(counts) - (len(counts) - 1) >= at_least


def hidden(report: Report, *, also: Collection[str] = ()) -> Report:
    """The report without what may not be shown: hidden figures are None. `also`: names of groups to hide besides."""
    at_least, groups = report.at_least, report.groups
    persons = hidden_places(
        [group.persons or 0 for group in groups],
        at_least=at_least,
        also=[place for place, group in enumerate(groups) if group.name in also],
    )
    gone = [_own_hidden(group, at_least) for group in groups]
    total_gone = _own_hidden(report.total, at_least)
    _hide_together(groups, gone, persons.places, total=report.total, total_gone=total_gone, at_least=at_least)
    if _is_few(report.total.persons, at_least) or persons.total:
        total_gone.add(PERSONS)
    shown = tuple(
        GroupFigures(group.name, None) if place in persons.places else _without(group, gone[place], at_least)
        for place, group in enumerate(groups)
    )
    return replace(report, total=_without(report.total, total_gone, at_least), groups=shown)


def _hide_together(
    groups: Sequence[GroupFigures],
    gone: Sequence[set[Key]],
    blank: Collection[int],
    *,
    total: GroupFigures,
    total_gone: set[Key],
    at_least: int,
) -> None:
    """Adds to each group's hidden keys, and to the total's, what would follow by subtraction."""
    cells = [_cells(group) for group in groups]
    of_total = _cells(total)
    # What tells two figures apart first: it is hidden by hiding one of them.
    every = sorted(set().union(*cells), key=lambda key: (key[0] != APART, key))
    before = -1
    # What is hidden for one reason may have to take more with it for another, until nothing is added.
    while before != (before := sum(map(len, (*gone, total_gone)))):
        for key in every:
            found = _hidden_along(key, cells, gone, blank, at_least)
            for place in found.places:
                gone[place].add(_figure_of(key))
            # Where all places are hidden, the sum tells of all that are apart: enough of them, or hidden by itself.
            if found.total and key[0] != APART:
                total_gone.add(_figure_of(key))
        for own, keys in zip((*cells, of_total), (*gone, total_gone), strict=True):
            _hide_alike(own, keys)


def _hidden_along(
    key: Key,
    cells: Sequence[Mapping[Key, int]],
    gone: Sequence[set[Key]],
    blank: Collection[int],
    at_least: int,
) -> Hidden:
    """Where one cell is to be hidden, along the groups."""
    also = [place for place, keys in enumerate(gone) if place in blank or _is_gone(key, keys)]
    return hidden_places([own.get(key, 0) for own in cells], at_least=at_least, also=also)


def _hide_alike(cells: Mapping[Key, int], keys: set[Key]) -> None:
    """Adds what says the same as a hidden figure: where nobody tells them apart, each follows from the others."""
    for key, n in cells.items():
        if key[0] == APART and n == 0:
            told_by = _told_by(key)
            left = [one for one in told_by if one not in keys]
            if len(left) == len(told_by) - 1:
                keys.add(left[0])


def _is_few(count: int | None, at_least: int) -> bool:
    return count is not None and 0 < count < at_least


def _whole(key: Key) -> Key:
    """The cell that an instrument's or the pair's other cells go with."""
    return ("started", key[1])


def _cells(group: GroupFigures) -> Mapping[Key, int]:
    """Every figure of a group by its key, with the number of persons it is of."""
    found: dict[Key, int | None] = {}
    for one in group.instruments:
        found["started", one.instrument] = one.started
        found |= {("wave", one.instrument, wave.wave): wave.n for wave in one.waves}
        found |= _rate_cells(one.instrument, one.rates) | _apart_cells(one.instrument, one.apart)
    if group.pair:
        found["started", PAIR] = group.pair.started
        found["cases", PAIR] = group.pair.cases_at_start
        found |= _rate_cells(PAIR, group.pair.rates) | _apart_cells(PAIR, group.pair.apart)
    if group.completed:
        found["completed", ""] = group.completed.n
    if group.days_to_start:
        found["days_to_start", ""] = group.days_to_start.n
    return {key: n for key, n in found.items() if n is not None}


def _rate_cells(name: str, rates: Rates) -> dict[Key, int | None]:
    return {
        ("rate", name, rate, population): share.n
        for rate, populations in rates.items()
        for population, share in populations.items()
    }


def _apart_cells(name: str, apart: Apart) -> dict[Key, int | None]:
    return {(APART, name, *key): n for key, n in apart.items()}


def _figure_of(key: Key) -> Key:
    """What to hide of a cell: its own figure, or the first of those that tell it."""
    return _told_by(key)[0] if key[0] == APART else key


def _told_by(key: Key) -> list[Key]:
    """The figures that tell it together, the first to hide first."""
    _apart, name, rate, population, other_rate, other = key
    pairs = [(one, of) for one in (rate, other_rate) for of in (population, other)]
    return list(dict.fromkeys(("rate", name, *pair) for pair in pairs))


def _is_gone(key: Key, keys: Collection[Key]) -> bool:
    """Whether a cell is hidden: by itself, with all of its instrument, or since one of those that tell it is."""
    told_by = _told_by(key) if key[0] == APART else [key]
    return _whole(key) in keys or any(one in keys for one in told_by)


def _own_hidden(group: GroupFigures, at_least: int) -> set[Key]:
    """What is too small by itself: cells of few, and what tells of the few by which two populations differ."""
    cells = _cells(group)
    few = {key for key, n in cells.items() if _is_few(n, at_least)}
    for key, n in cells.items():
        if key[0] == "rate" and key[3] == "completers":
            few |= _beside_completers(cells, key, n, at_least)
    for key in sorted(cells):
        if key[0] == APART and key in few and not _is_gone(key, few):
            few.add(_figure_of(key))
    return few


def _beside_completers(cells: Mapping[Key, int], key: Key, completers: int, at_least: int) -> set[Key]:
    """The figures that would tell of few completers, or of the few who are none."""
    everybody, worst = (*key[:3], "all"), (*key[:3], "worst_case")
    found = set()
    if _is_few(cells[everybody] - completers, at_least):
        # All less completers are those who left.
        found.add(everybody)
    if _is_few(completers, at_least) and worst in cells:
        # Whoever is counted in the worst case has completed.
        found.add(worst)
    return found


def _without(group: GroupFigures, keys: Collection[Key], at_least: int) -> GroupFigures:
    if PERSONS in keys:
        return GroupFigures(group.name, None)
    return replace(
        group,
        instruments=tuple(_instrument(one, keys, at_least) for one in group.instruments),
        pair=_pair(group.pair, keys) if group.pair else None,
        completed=Share(None, None) if ("completed", "") in keys else group.completed,
        days_to_start=None if ("days_to_start", "") in keys else group.days_to_start,
    )


def _instrument(one: InstrumentFigures, keys: Collection[Key], at_least: int) -> InstrumentFigures:
    whole = ("started", one.instrument) in keys
    waves = tuple(
        _wave(wave, at_least, is_hidden=whole or ("wave", one.instrument, wave.wave) in keys)
        for wave in one.waves
    )
    blank = {wave.wave for wave in waves if wave.n is None}
    kept = one.model and not whole and not blank & {wave.wave for wave in one.model.waves}
    return replace(
        one,
        started=None if whole else one.started,
        waves=waves,
        rates=_rates(one.instrument, one.rates, keys, whole),
        model=one.model if kept else None,
        apart={},
    )


def _wave(wave: Wave, at_least: int, *, is_hidden: bool) -> Wave:
    if is_hidden:
        return Wave(wave.wave, wave.days, None)
    # Enough may have answered, but few of them at baseline too.
    few = wave.effect is not None and _is_few(wave.effect.n, at_least)
    return replace(wave, effect=None) if few else wave


def _pair(pair: PairFigures, keys: Collection[Key]) -> PairFigures:
    whole = ("started", PAIR) in keys
    return replace(
        pair,
        started=None if whole else pair.started,
        cases_at_start=None if whole or ("cases", PAIR) in keys else pair.cases_at_start,
        rates=_rates(PAIR, pair.rates, keys, whole),
        apart={},
    )


def _rates(name: str, rates: Rates, keys: Collection[Key], whole: bool) -> Rates:
    return {
        rate: {
            population: Share(None, None) if whole or ("rate", name, rate, population) in keys else share
            for population, share in populations.items()
        }
        for rate, populations in rates.items()
    }
