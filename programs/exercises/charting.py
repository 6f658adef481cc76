"""Decides how figures over time are drawn: which belong in one picture, the axis, and where each mark
stands."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from programs.exercises.units import scale_top, unit_in_words
from programs.exercises.wording import figure_in_words

# Room at the left and below for words of double size, which phones get since the picture shrinks there.
WIDTH, HEIGHT = 640, 250
LEFT, RIGHT, TOP, BOTTOM = 68, 12, 16, 44
MOST_LINES = 4
# More marks than this run together on a phone; the table holds them all.
MOST_PLACES = 60

Figures = Sequence[float | None]


@dataclass(frozen=True)
class Track:
    """One kind of figure over the entries, oldest first; None is a gap."""

    label: str
    unit: str
    figures: Figures


@dataclass(frozen=True)
class MarkView:
    """A point of a line (`height` 0) or a bar; `text` says what it shows."""

    x: str
    y: str
    width: str
    height: str
    text: str


@dataclass(frozen=True)
class LineView:
    """One track: `paths` are its unbroken stretches, `number` (1-4) picks colour, dash and mark by class."""

    label: str
    number: int
    paths: tuple[str, ...]
    marks: tuple[MarkView, ...]


@dataclass(frozen=True)
class TickView:
    at: str
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class ChartView:
    """One picture. `summary` is the sentence that says the same to those who don't see it."""

    id: str
    title: str
    summary: str
    kind: str
    width: int
    height: int
    left: int
    right: int
    floor: str
    label_y: int
    lines: tuple[LineView, ...]
    levels: tuple[TickView, ...]
    places: tuple[TickView, ...]


@dataclass(frozen=True)
class Frame:
    """Where values and places stand in the picture."""

    low: float
    high: float
    count: int

    def x(self, place: int) -> float:
        room = WIDTH - LEFT - RIGHT
        return LEFT + room * (place + 0.5) / self.count

    def y(self, value: float) -> float:
        room = HEIGHT - TOP - BOTTOM
        return TOP + room * (1 - (value - self.low) / (self.high - self.low))

    @property
    def bar(self) -> float:
        return min(36.0, (WIDTH - LEFT - RIGHT) / self.count * 0.7)


def at(value: float) -> str:
    """A coordinate for SVG: never in the reader's language."""
    return f"{value:.1f}"


def grouped(tracks: Sequence[Track]) -> list[list[Track]]:
    """Tracks of one unit share a picture, at most four in each; what never has a figure is left out."""
    by_unit: dict[str, list[Track]] = {}
    for track in tracks:
        if any(figure is not None for figure in track.figures):
            by_unit.setdefault(track.unit, []).append(track)
    return [
        group[start : start + MOST_LINES]
        for group in by_unit.values()
        for start in range(0, len(group), MOST_LINES)
    ]


def frame_for(tracks: Sequence[Track], count: int) -> Frame:
    """The whole of a scale; for other units from 0, or below when figures are, up to a round number."""
    values = [figure for track in tracks for figure in track.figures if figure is not None]
    top = scale_top(tracks[0].unit)
    if top and min(values) >= 0:
        return Frame(0.0, max(float(top), *values), count)
    return Frame(0.0 - rounded_up(-min(0.0, *values)), rounded_up(max(0.0, *values)) or 1.0, count)


def rounded_up(value: float) -> float:
    """The next 1, 2 or 5 times a power of ten."""
    if value <= 0:
        return 0.0
    power: float = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= value)


def chart(name: str, tracks: Sequence[Track], days: Sequence[str], words: Mapping[str, str]) -> ChartView:
    """The picture of tracks of one unit over the entries' days; a lone track of amounts becomes bars,
    others lines."""
    tracks = [Track(each.label, each.unit, each.figures[-MOST_PLACES:]) for each in tracks]
    days = days[-MOST_PLACES:]
    frame = frame_for(tracks, len(days))
    unit = unit_in_words(tracks[0].unit)
    bars = len(tracks) == 1 and not scale_top(tracks[0].unit) and frame.low == 0
    title = ", ".join(track.label for track in tracks) + (f" ({unit})" if unit else "")
    return ChartView(
        id=name,
        title=title,
        summary=". ".join(summary_of(track, words) for track in tracks),
        kind="bars" if bars else "lines",
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        floor=at(frame.y(max(frame.low, 0.0))),
        label_y=HEIGHT - 12,
        lines=tuple(
            line_of(track, number, frame, days, bars=bars) for number, track in enumerate(tracks, start=1)
        ),
        levels=tuple(TickView(at(frame.y(level)), figure_in_words(level)) for level in levels_of(frame)),
        places=places_of(frame, days),
    )


def summary_of(track: Track, words: Mapping[str, str]) -> str:
    """First and last figure, so that the direction is heard; `words` has the sentences in the reader's
    language."""
    known = [figure for figure in track.figures if figure is not None]
    values = {"label": track.label, "first": figure_in_words(known[0]), "last": figure_in_words(known[-1])}
    return (words["change"] if len(known) > 1 else words["one"]) % values


def levels_of(frame: Frame) -> list[float]:
    middle = [0.0] if frame.low < 0 < frame.high else [(frame.low + frame.high) / 2]
    return [frame.low, *middle, frame.high]


def places_of(frame: Frame, days: Sequence[str]) -> tuple[TickView, ...]:
    """The first and the last day, named at the ends where they never run together."""
    if len(days) == 1:
        return (TickView(at(frame.x(0)), days[0]),)
    return (TickView(at(LEFT), days[0], "start"), TickView(at(WIDTH - RIGHT), days[-1], "end"))


def line_of(track: Track, number: int, frame: Frame, days: Sequence[str], *, bars: bool) -> LineView:
    marks: list[MarkView] = []
    stretches: list[list[str]] = [[]]
    for place, figure in enumerate(track.figures):
        if figure is None:
            stretches.append([])
            continue
        x, y = frame.x(place), frame.y(figure)
        text = f"{track.label}, {days[place]}: {figure_in_words(figure)}"
        if bars:
            height = at(frame.y(0) - y)
            marks.append(MarkView(at(x - frame.bar / 2), at(y), at(frame.bar), height, text))
        else:
            marks.append(MarkView(at(x), at(y), "0", "0", text))
            stretches[-1].append(f"{at(x)},{at(y)}")
    paths = tuple(" ".join(points) for points in stretches if len(points) > 1)
    return LineView(track.label, number, paths, tuple(marks))
