"""Score curves as plain geometry: decides where points, bands, lines and labels go; no Django."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ikbt.common.graph_frame import Frame


@dataclass(frozen=True)
class GraphPoint:
    """One occasion; value None means it was not answered. `breaks_line`: not comparable with the last."""

    date: datetime.date
    value: float | None
    label: str
    breaks_line: bool = False


@dataclass(frozen=True)
class Band:
    """A named range of scores, both ends included."""

    lower: float
    upper: float
    name: str


@dataclass(frozen=True)
class GraphEvent:
    """Something that happened on a day, such as a call or a new version of the questionnaire."""

    date: datetime.date
    name: str


@dataclass(frozen=True)
class ExpectedPoint:
    """What others who began alike had on a day: half of them at or below `middle`, four of five at or below `upper`."""

    date: datetime.date
    middle: float
    upper: float


@dataclass(frozen=True)
class ScoreGraph:
    """What a curve shows: points in order of date, bands from the lowest up, scores in the instrument's unit.

    `baseline` is the score that change is counted from, `reliable_change` how far from it change is reliable;
    `shows_corridor` draws what lies within. `expected` comes from at least `expected_from` other courses a point.
    """

    title: str
    points: Sequence[GraphPoint]
    minimum: float
    maximum: float
    bands: Sequence[Band] = ()
    cut_off: float | None = None
    baseline: float | None = None
    reliable_change: float | None = None
    events: Sequence[GraphEvent] = ()
    lower_is_better: bool = True
    shows_corridor: bool = False
    expected: Sequence[ExpectedPoint] = ()
    expected_from: int = 0

    @property
    def answered(self) -> list[GraphPoint]:
        return [point for point in self.points if point.value is not None]

    @property
    def first(self) -> GraphPoint | None:
        return self.answered[0] if self.answered else None

    @property
    def last(self) -> GraphPoint | None:
        return self.answered[-1] if self.answered else None

    @property
    def reliable_at(self) -> float | None:
        """The score from which an improvement is reliable; None when it would lie outside the scale."""
        if self.baseline is None or self.reliable_change is None:
            return None
        step = -self.reliable_change if self.lower_is_better else self.reliable_change
        target = self.baseline + step
        return target if self.minimum <= target <= self.maximum else None

    def band_name(self, value: float | None) -> str:
        """The name of the highest band that starts at or below the value; "" without bands or value."""
        if value is None:
            return ""
        names = [band.name for band in self.bands if band.lower <= value]
        return names[-1] if names else ""

    @property
    def rows(self) -> list[tuple[GraphPoint, str]]:
        """Every point, the unanswered too, with its band: the table beside the curve."""
        return [(point, self.band_name(point.value)) for point in self.points]


@dataclass(frozen=True)
class DrawnBand:
    """`level` 0 (best) to 4 (worst) chooses the shade; `text_y` is None when the name doesn't fit."""

    y: int
    height: int
    name: str
    level: int
    text_y: int | None


@dataclass(frozen=True)
class Dot:
    x: int
    y: int
    value: float
    text_y: int
    shows_value: bool


@dataclass(frozen=True)
class Tick:
    """A label on an axis; `position` is x or y, `anchor` is SVG's text-anchor."""

    position: int
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class DrawnEvent:
    x: int
    number: int
    event: GraphEvent


@dataclass(frozen=True)
class DrawnGraph:
    """Whole numbers in the units of the frame's view box: a locale's decimal comma can't spoil them."""

    frame: Frame
    bands: list[DrawnBand]
    segments: list[str]
    dots: list[Dot]
    gaps: list[int]
    y_ticks: list[Tick]
    x_ticks: list[Tick]
    cut_off: int | None
    baseline: int | None
    reliable: int | None
    events: list[DrawnEvent]
    # Top and height of what is no reliable change; None when not drawn.
    corridor: tuple[int, int] | None = None
    # Points of the expected middle, and of the area from it to the upper end; "" without.
    expected_middle: str = ""
    expected_area: str = ""


@dataclass(frozen=True)
class DrawnSparkline:
    """120 by 40 units; a dot for each answer, so that one between two gaps is seen too."""

    segments: list[str]
    dots: list[Dot]

    @property
    def circles(self) -> str:
        """All dots as one path, the last one larger: a list has a hundred of these curves."""
        radii = [2.5] * (len(self.dots) - 1) + [4]
        return "".join(_circle(dot, radius) for dot, radius in zip(self.dots, radii, strict=False))


def _circle(dot: Dot, r: float) -> str:
    """Two half circles, as a path says it."""
    return f"M{dot.x - r} {dot.y}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0"


def draw(graph: ScoreGraph, *, narrow: bool) -> DrawnGraph:
    """Place everything in the wide or the narrow frame; 0 to 60 points, gaps break the line."""
    frame = Frame.narrow() if narrow else Frame.wide()
    days = [point.date for point in graph.points] + [event.date for event in graph.events]
    days += [expected.date for expected in graph.expected]
    frame = frame.spanning(graph.minimum, graph.maximum, days)
    return DrawnGraph(
        frame=frame,
        bands=_bands(graph, frame),
        segments=_segments(graph, frame),
        dots=_dots(graph, frame),
        gaps=[frame.x(point.date) for point in graph.points if point.value is None],
        y_ticks=_y_ticks(graph, frame),
        x_ticks=_x_ticks(graph.points, frame),
        cut_off=_height(graph.cut_off, frame),
        baseline=_height(graph.baseline, frame),
        reliable=_height(graph.reliable_at, frame),
        events=[DrawnEvent(frame.x(event.date), i, event) for i, event in enumerate(graph.events, start=1)],
        corridor=_corridor(graph, frame),
        expected_middle=" ".join(f"{frame.x(one.date)},{frame.y(one.middle)}" for one in graph.expected),
        expected_area=_expected_area(graph, frame),
    )


def draw_sparkline(values: Sequence[float | None], *, maximum: float) -> DrawnSparkline:
    """A small curve from 0 to `maximum`, evenly spaced; None is a gap."""
    start = datetime.date(2000, 1, 1)
    points = [GraphPoint(start + datetime.timedelta(days=i), value, "") for i, value in enumerate(values)]
    graph = ScoreGraph("", points, minimum=0, maximum=maximum)
    frame = Frame.sparkline().spanning(0, maximum, [point.date for point in points])
    return DrawnSparkline(segments=_segments(graph, frame), dots=_dots(graph, frame))


def _corridor(graph: ScoreGraph, frame: Frame) -> tuple[int, int] | None:
    """From the baseline less to the baseline plus the reliable change, kept inside the scale."""
    if not graph.shows_corridor or graph.baseline is None or graph.reliable_change is None:
        return None
    top, bottom = (frame.y(graph.baseline + sign * graph.reliable_change) for sign in (1, -1))
    return top, bottom - top


def _expected_area(graph: ScoreGraph, frame: Frame) -> str:
    there = [f"{frame.x(one.date)},{frame.y(one.upper)}" for one in graph.expected]
    back = [f"{frame.x(one.date)},{frame.y(one.middle)}" for one in reversed(graph.expected)]
    return " ".join([*there, *back])


def _height(value: float | None, frame: Frame) -> int | None:
    return None if value is None else frame.y(value)


def _bands(graph: ScoreGraph, frame: Frame) -> list[DrawnBand]:
    tops = [band.lower for band in graph.bands[1:]] + [graph.maximum]
    drawn = []
    for index, (band, top) in enumerate(zip(graph.bands, tops, strict=False)):
        y, bottom = frame.y(top), frame.y(band.lower)
        level = round(4 * index / max(len(graph.bands) - 1, 1))
        fits = bottom - y >= frame.line_height
        drawn.append(
            DrawnBand(
                y=y,
                height=bottom - y,
                name=band.name,
                level=level if graph.lower_is_better else 4 - level,
                text_y=(y + bottom) // 2 + frame.line_height // 3 if fits else None,
            )
        )
    return drawn


def _segments(graph: ScoreGraph, frame: Frame) -> list[str]:
    """Polylines of two or more answered points in a row; an unanswered one ends the line."""
    runs: list[list[str]] = [[]]
    for point in graph.points:
        if point.value is None or point.breaks_line:
            runs.append([])
        if point.value is not None:
            runs[-1].append(f"{frame.x(point.date)},{frame.y(point.value)}")
    return [" ".join(run) for run in runs if len(run) > 1]


def _dots(graph: ScoreGraph, frame: Frame) -> list[Dot]:
    answered = [(frame.x(point.date), point.value) for point in graph.points if point.value is not None]
    roomy = all(right[0] - left[0] >= frame.value_width for left, right in pairwise(answered))
    dots = []
    for index, (x, value) in enumerate(answered):
        y = frame.y(value)
        # A high dot has its number below, or it would leave the frame.
        text_y = y + frame.line_height + 8 if y - frame.top < frame.line_height else y - 11
        dots.append(Dot(x, y, value, text_y, roomy or index in {0, len(answered) - 1}))
    return dots


def _y_ticks(graph: ScoreGraph, frame: Frame) -> list[Tick]:
    """At the bands' lower ends, else at both ends of the scale; too close ones are left out."""
    values = sorted({graph.minimum, *(band.lower for band in graph.bands), graph.maximum})
    ticks: list[Tick] = []
    for value in values:
        y = frame.y(value)
        if not ticks or ticks[-1].position - y >= frame.line_height:
            ticks.append(Tick(y, f"{value:g}", "end"))
    return ticks


def _x_ticks(points: Sequence[GraphPoint], frame: Frame) -> list[Tick]:
    """As many occasion labels as fit, the last one always."""
    if not points:
        return []
    last = points[-1]
    last_start = frame.x(last.date) - frame.text_width(last.label)
    ticks, free_from = [], 0
    for point in points[:-1]:
        x, half = frame.x(point.date), frame.text_width(point.label) // 2
        start = max(x - half, 0)
        if start >= free_from and start + 2 * half + 8 <= last_start:
            ticks.append(Tick(x, point.label, "start" if x - half < 0 else "middle"))
            free_from = start + 2 * half + 8
    fits = frame.x(last.date) + frame.text_width(last.label) // 2 <= frame.width
    return [*ticks, Tick(frame.x(last.date), last.label, "middle" if fits else "end")]
