"""What the page of a service's outcomes shows for one choice: figures that may be shown, and plots of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from ikbt.accounts.models import CareUnit, Person
from ikbt.outcomes import plotting
from ikbt.outcomes.forms import ChoiceForm
from ikbt.outcomes.guarding import Asked, guarded_groups, is_guarded
from ikbt.outcomes.keeping import table_for
from ikbt.outcomes.modelling import fitted
from ikbt.outcomes.own_numbers import Numbers, counted_by, numbers_for
from ikbt.outcomes.reading import Choice, cells_of, divided_cells_of, stamp_of
from ikbt.treatments.models import Treatment
from measurements.outcomes.figures import GroupFigures, InstrumentFigures, Model, Report, Share
from measurements.outcomes.hiding import AT_LEAST, hidden_places
from measurements.outcomes.reporting import outcome_report
from measurements.registry import shipped
from programs.models import Program

if TYPE_CHECKING:
    from measurements.outcomes.measure import Measure
    from measurements.outcomes.table import Table

# A dot or a step is one treatment: drawn where there are so many that nobody can be picked out.
PLOT_FROM = 20
OUTCOMES = ("recovered", "improved", "unchanged", "deteriorated")


@dataclass(frozen=True)
class Page:
    """Everything the page draws; `figures` is None when nobody has answered or too few have."""

    form: ChoiceForm
    chosen: dict[str, Any]
    running: int
    ended: int
    report: Report | None = None
    figures: InstrumentFigures | None = None
    rates: list[tuple[str, list[Share]]] = field(default_factory=list)
    groups: list[tuple[str, GroupFigures, InstrumentFigures | None]] = field(default_factory=list)
    plots: Mapping[str, Any] = field(default_factory=dict)
    model: Model | None = None
    # A wider choice holds few more, whose figures would follow: nothing is shown of this one.
    is_all_but_few: bool = False
    numbers: Numbers = field(default_factory=Numbers)

    @property
    def ended_told(self) -> int | None:
        """How many have ended; None where the number is of few, or tells of few."""
        return None if self.is_all_but_few or 0 < self.ended < AT_LEAST else self.ended

    @property
    def running_told(self) -> int | None:
        """How many are running; None where they are few."""
        return None if 0 < self.running < AT_LEAST else self.running


def form_for(units: tuple[CareUnit, ...], data: Mapping[str, Any], *, today: date) -> ChoiceForm:
    """The form with what these units have to choose from."""
    used = Treatment.objects.of_units([unit.pk for unit in units])
    programs = Program.objects.filter(versions__treatments__in=used).distinct().order_by("title")
    first = used.order_by("starts_on").values_list("starts_on", flat=True).first()
    return ChoiceForm(
        data,
        units=units,
        programs=list(dict(programs.values_list("key", "title")).items()),
        years=list(range((first or today).year, today.year + 1)),
        instruments=[
            (slug, shipped()[slug].short) for slug in ("phq-9", *sorted(set(shipped()) - {"phq-9"}))
        ],
    )


def choice_of(form: ChoiceForm, units: tuple[CareUnit, ...]) -> tuple[Choice, dict[str, Any]]:
    """What was chosen; a form that holds something else than its choices gives everything."""
    said = form.cleaned_data if form.is_valid() else {}
    wanted = [unit.pk for unit in units if not said.get("enhet") or str(unit.pk) == said["enhet"]]
    since, until = said.get("fran"), said.get("till")
    choice = Choice(
        units=tuple(wanted),
        program=said.get("program", ""),
        since=date(since, 1, 1) if since else None,
        until=date(until, 12, 31) if until else None,
    )
    return choice, {"instrument": said.get("matt") or "phq-9", "cut": said.get("delat", "")}


def asked_of(choice: Choice, units: tuple[CareUnit, ...]) -> Asked:
    """What of everything that she may see the choice is narrowed to."""
    return Asked(
        unit=str(choice.units[0]) if len(choice.units) == 1 < len(units) else "",
        program=choice.program,
        since=choice.since.year if choice.since else None,
        until=choice.until.year if choice.until else None,
    )


def read_page(units: tuple[CareUnit, ...], data: Mapping[str, Any], *, today: date) -> Page:
    """The page for one choice; a dozen queries however many treatments there are."""
    form = form_for(units, data, today=today)
    choice, chosen = choice_of(form, units)
    asked, every = asked_of(choice, units), [unit.pk for unit in units]
    running = Treatment.objects.of_units(choice.units).running().count()
    stamp = stamp_of(choice)
    if asked.is_narrow and is_guarded(cells_of(every), asked, at_least=AT_LEAST):
        return Page(form, chosen, running, stamp.n, is_all_but_few=True)
    table = table_for(choice, stamp, instrument=chosen["instrument"])
    empty = Page(form, chosen, running, stamp.n)
    if table is None or stamp.n < AT_LEAST or not _has_a_course(table):
        return empty
    numbers = numbers_for([unit for unit in units if unit.pk in choice.units], chosen["instrument"], on=today)
    return _with_figures(empty, counted_by(table, numbers), numbers, _guarded(every, chosen["cut"], asked))


def _has_a_course(table: Table) -> bool:
    """A start, and anything after it."""
    return "pre" in table.waves and len(table.waves) > 1


def _guarded(units: list[UUID], cut: str, asked: Asked) -> set[str]:
    """The groups that a divided choice may not show."""
    if not cut or not asked.is_narrow:
        return set()
    return guarded_groups(divided_cells_of(units, cut), asked, at_least=AT_LEAST)


def _with_figures(empty: Page, table: Table, numbers: Numbers, guarded: set[str]) -> Page:
    chosen = empty.chosen
    report = outcome_report(table, by=chosen["cut"], at_least=AT_LEAST, model=False, also_hidden=guarded)
    figures = next(iter(report.total.instruments), None)
    return replace(
        empty,
        report=report,
        figures=figures,
        rates=rate_lines(figures),
        groups=[
            (group_name(chosen["cut"], one.name), one, next(iter(one.instruments), None))
            for one in report.groups
        ],
        plots=_plots(table, report, figures, chosen),
        model=fitted(table, chosen["instrument"]) if figures and figures.started is not None else None,
        numbers=numbers,
    )


def numbers_note(page: Page) -> str:
    """For files: by whose numbers it is counted, in English as the code book is; "" for the published ones."""
    row = page.numbers.own
    return "" if row is None else f"Counted by {row.unit.name}'s own numbers, signed {row.set_at:%Y-%m-%d}."


def rate_lines(figures: InstrumentFigures | None) -> list[tuple[str, list[Share]]]:
    """Each rate with its share in all, completers and worst case."""
    if figures is None:
        return []
    empty = Share(None, None)
    return [
        (rate_name(rate), [populations.get(one, empty) for one in ("all", "completers", "worst_case")])
        for rate, populations in figures.rates.items()
    ]


def rate_name(rate: str) -> str:
    """What a rate is called on the screen."""
    names = {
        "response": _("Response: better by half"),
        "remission": _("Remission"),
        "recovery": _("Recovery, of those who were cases"),
        "reliable_improvement": _("Reliable improvement"),
        "reliable_recovery": _("Reliable recovery, of those who were cases"),
        "reliable_deterioration": _("Reliable deterioration"),
    }
    return names.get(rate, rate)


def group_name(cut: str, name: str) -> str:
    """A group as it is called on the screen."""
    if cut == "sex":
        return str(Person.Sex(name).label).capitalize() if name in Person.Sex.values else _("Not known")
    return name or _("Not known")


def wave_name(wave: str) -> str:
    """A wave as it is called on the screen."""
    named = {"pre": _("Start"), "mid": _("Middle"), "post": _("End")}
    kind, _blank, number = wave.rpartition(" ")
    if kind == "week":
        return _("Week %(number)s") % {"number": number}
    if kind == "follow-up":
        return _("After %(number)s months") % {"number": number}
    return named.get(wave, wave)


def _plots(
    table: Table, report: Report, figures: InstrumentFigures | None, chosen: Mapping[str, Any]
) -> dict[str, Any]:
    slug = chosen["instrument"]
    if figures is None or figures.started is None or slug not in table.scores:
        return {}
    measure, scores = table.measures[slug], table.scores[slug]
    lowest, highest = float(measure.lowest or 0), float(measure.highest or 0)
    found: dict[str, Any] = {"means": plotting.means_plot(figures.waves, lowest=lowest, highest=highest)}
    first = scores[:, table.waves.index("pre")]
    last = _last_of_course(table, scores)
    both = (first == first) & (last == last)  # NaN is not itself
    if int(both.sum()) >= PLOT_FROM:
        found |= (
            _change_plots(measure, first[both], last[both]) if _tells_of_all(figures) else {"withheld": True}
        )
    if chosen["cut"] == "unit":
        found["funnel"] = plotting.funnel_plot(_improved_by_group(report))
    return found


def _tells_of_all(figures: InstrumentFigures) -> bool:
    """Whether what is counted of all may be shown: else marks and the bar would tell it beside the completers."""
    rates = figures.rates
    of_all = (rates.get("reliable_improvement") or rates.get("response") or {}).get("all")
    return of_all is None or of_all.n is not None


def _change_plots(measure: Measure, first: Any, last: Any) -> dict[str, Any]:
    """The plots with a mark for each treatment, from scores at start and last."""
    from measurements.outcomes.changing import improvements

    points = improvements(measure, first, last)
    pairs = list(zip(first.tolist(), last.tolist(), strict=True))
    shares = [gain / pre for gain, (pre, _post) in zip(points.tolist(), pairs, strict=True) if pre]
    pieces, told = _bar(measure, first, last, points)
    return {
        "scatter": plotting.scatter_plot(
            pairs,
            lowest=float(measure.lowest or 0),
            highest=float(measure.highest or 0),
            reliable=measure.reliable_change,
        ),
        "waterfall": plotting.waterfall_plot(shares) if shares else None,
        "quantiles": quantiles(shares),
        "bar": pieces,
        "outcomes": told,
        "plotted": len(pairs),
    }


def _improved_by_group(report: Report) -> list[tuple[str, int, int]]:
    """Name, improved reliably and of how many, of each group that may be shown."""
    return [
        (group.name, share.count or 0, share.n)
        for group in report.groups
        for one in group.instruments
        if (share := one.rates.get("reliable_improvement", {}).get("all")) and share.n
    ]


def _last_of_course(table: Table, scores: Any) -> Any:
    """The last recorded score after the start, follow-ups left out; NaN where there is none."""
    import numpy as np

    last = np.full(scores.shape[0], np.nan)
    for place, wave in enumerate(table.waves):
        if wave != "pre" and not wave.startswith("follow"):
            last = np.where(np.isnan(scores[:, place]), last, scores[:, place])
    return last


def _bar(
    measure: Measure, first: Any, last: Any, points: Any
) -> tuple[list[plotting.Part], list[tuple[str, int | None]]]:
    """The four outcomes of Jacobson and Truax as pieces of one bar, small ones hidden together."""
    if measure.reliable_change is None:
        return [], []
    better, worse = points >= measure.reliable_change, -points >= measure.reliable_change
    crossed = (
        better & False if measure.case is None else measure.case.holds(first) & ~measure.case.holds(last)
    )
    counts = [
        int((better & crossed).sum()),
        int((better & ~crossed).sum()),
        int((~better & ~worse).sum()),
        int(worse.sum()),
    ]
    gone = hidden_places(counts).places
    told = [
        (name, None if place in gone else count)
        for place, (name, count) in enumerate(zip(OUTCOMES, counts, strict=True))
    ]
    return plotting.bar(told, of=sum(counts)), told


def quantiles(shares: Sequence[float]) -> list[tuple[int, float]]:
    """The change in per cent that 10, 25, 50, 75 and 90 in 100 stay below."""
    import numpy as np

    if not shares:
        return []
    return [(place, float(np.quantile(shares, place / 100)) * 100) for place in (10, 25, 50, 75, 90)]
