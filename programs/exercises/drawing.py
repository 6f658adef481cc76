"""Decides how an exercise is asked: for each field its control, words, limits, ids and problems, ready for
templates."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from programs.exercises.definitions import ExerciseDefinition, FieldDefinition
from programs.exercises.problems import Problem
from programs.exercises.units import unit_in_words
from programs.exercises.values import items_in
from programs.exercises.words import label_in

FOLDER = "programs/exercises"
# A scale with at most this many points is a row of buttons; a longer one is a number with a slider beside it.
MOST_POINTS = 11
SHOWN_AS = {
    "text": "_field_text.html",
    "longtext": "_field_text.html",
    "choice": "_field_choice.html",
    "multichoice": "_field_multichoice.html",
    "integer": "_field_number.html",
    "duration_min": "_field_number.html",
    "date": "_field_date.html",
    "time": "_field_time.html",
    "datetime": "_field_datetime.html",
    "ref": "_field_ref.html",
    "list": "_field_list.html",
}
LINES = {"text": 2, "longtext": 8}


@dataclass(frozen=True)
class OptionView:
    value: str
    label: str
    id: str
    chosen: bool


@dataclass(frozen=True)
class RowView:
    """One row of a list; `number` counts from 1, `remove` is the value of its button, empty when it has to
    stay."""

    number: int
    fields: tuple[FieldView, ...]
    remove: str


@dataclass(frozen=True)
class FieldView:
    """One question ready to draw; `described_by` names the help and the problems for screen readers."""

    name: str
    id: str
    template: str
    label: str
    required: bool
    value: str
    help: str = ""
    hint: str = ""
    unit: str = ""
    problems: tuple[str, ...] = ()
    described_by: str = ""
    invalid: bool = False
    focus: bool = False
    min: int | None = None
    max: int | None = None
    step: int | None = None
    lines: int = 0
    options: tuple[OptionView, ...] = ()
    rows: tuple[RowView, ...] = ()
    add: str = ""


@dataclass(frozen=True)
class ProblemView:
    href: str
    sentence: str


@dataclass(frozen=True)
class FormView:
    """A form: `problems` are the lines of the summary that stands first, only those that block."""

    exercise: str
    title: str
    fields: tuple[FieldView, ...]
    problems: tuple[ProblemView, ...]


@dataclass(frozen=True)
class Drawer:
    """What holds for every field of one form."""

    language: str
    prefix: str
    sentences: Mapping[str, tuple[str, ...]]
    blocked: frozenset[str]
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    focus: str = ""

    def draw(self, asked: FieldDefinition, value: object, name: str) -> FieldView:
        view = self.frame(asked, value, name)
        if asked.type == "list":
            return self.with_rows(asked, value, view)
        if asked.type == "ref":
            return self.with_references(asked, value, view)
        return replace(view, options=self.options_of(asked, value, view.id))

    def frame(self, asked: FieldDefinition, value: object, name: str) -> FieldView:
        at = self.prefix + name
        told = label_in(asked.help, self.language) if asked.help else ""
        sentences = self.sentences.get(name, ())
        hint = hint_for(asked, self.language)
        notes = [f"{at}-help"] * bool(told or hint) + [f"{at}-problem"] * bool(sentences)
        return FieldView(
            name=name,
            id=at,
            template=f"{FOLDER}/{template_for(asked)}",
            label=label_in(asked.label, self.language),
            required=asked.required,
            value=typed(value),
            help=told,
            hint=hint,
            unit=unit_in_words(asked.unit),
            problems=sentences,
            described_by=" ".join(notes),
            invalid=name in self.blocked,
            min=asked.min,
            max=asked.max,
            step=asked.step,
            lines=LINES.get(asked.type, 0),
        )

    def options_of(self, asked: FieldDefinition, value: object, at: str) -> tuple[OptionView, ...]:
        """The buttons of choices, short scales and questions of yes or no."""
        chosen = {typed(each) for each in value} if isinstance(value, list | tuple) else {typed(value)}
        return tuple(
            OptionView(stored, label, f"{at}-{number}", stored in chosen)
            for number, (stored, label) in enumerate(buttons_of(asked, self.language))
        )

    def with_references(self, asked: FieldDefinition, value: object, view: FieldView) -> FieldView:
        """A select of what the other exercise holds, with the stored answer kept though it is gone from
        there."""
        stored = typed(value)
        offered = [*dict.fromkeys(self.choices.get(asked.name, ()))]
        if stored and stored not in offered:
            offered.append(stored)
        return replace(
            view,
            options=tuple(
                OptionView(each, each, f"{view.id}-{number}", each == stored)
                for number, each in enumerate(offered)
            ),
        )

    def with_rows(self, asked: FieldDefinition, value: object, view: FieldView) -> FieldView:
        """At least the fewest rows, so that a new form shows what is asked; a full list has no button for
        more."""
        least = max(asked.min_items, 1)
        stored = [row if isinstance(row, Mapping) else {} for row in items_in(value) or ()]
        rows = [*stored, *[{} for _place in range(least - len(stored))]]
        drawn = [self.row(asked, row, place, may_go=len(rows) > least) for place, row in enumerate(rows)]
        if self.focus == asked.name:
            drawn[-1] = with_focus(drawn[-1])
        full = asked.max_items is not None and len(rows) >= asked.max_items
        return replace(view, rows=tuple(drawn), add="" if full else f"add:{asked.name}")

    def row(self, asked: FieldDefinition, row: Mapping[str, object], place: int, *, may_go: bool) -> RowView:
        fields = tuple(
            self.draw(each, row.get(each.name), f"{asked.name}-{place}-{each.name}") for each in asked.fields
        )
        return RowView(place + 1, fields, f"remove:{asked.name}:{place}" if may_go else "")


def with_focus(row: RowView) -> RowView:
    return replace(row, fields=(replace(row.fields[0], focus=True), *row.fields[1:]))


def template_for(asked: FieldDefinition) -> str:
    if asked.type == "bool":
        return "_field_choice.html" if asked.required else "_field_bool.html"
    if asked.type == "scale":
        return "_field_scale.html" if has_buttons(asked) else "_field_slider.html"
    return SHOWN_AS[asked.type]


def has_buttons(asked: FieldDefinition) -> bool:
    return len(points_of(asked)) <= MOST_POINTS


def points_of(asked: FieldDefinition) -> range:
    return range(asked.min or 0, (asked.max or 0) + 1, asked.step or 1)


def buttons_of(asked: FieldDefinition, language: str) -> list[tuple[str, str]]:
    if asked.options:
        return [(option.value, label_in(option.label, language)) for option in asked.options]
    if asked.type == "bool":
        return [("true", _("Yes")), ("false", _("No"))]
    if asked.type == "scale" and has_buttons(asked):
        return [(str(point), str(point)) for point in points_of(asked)]
    return []


def hint_for(asked: FieldDefinition, language: str) -> str:
    """The ends of a scale and what they mean, or the limits of a number."""
    if asked.anchors:
        return ", ".join(f"{point} = {label_in(words, language)}" for point, words in asked.anchors.items())
    if asked.type == "scale" or asked.holds_number:
        return _("From %(min)d to %(max)d") % {"min": asked.min, "max": asked.max}
    return ""


def typed(value: object) -> str:
    """What stands in a control: the answer as it was typed."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int) else ""


def form_view(
    definition: ExerciseDefinition,
    values: Mapping[str, object],
    problems: Sequence[Problem] = (),
    *,
    language: str,
    only: Collection[str] | None = None,
    prefix: str = "",
    choices: Mapping[str, Sequence[str]] | None = None,
    focus: str = "",
) -> FormView:
    """The form of an exercise, to draw with `programs/exercises/_form.html` as `exercise`.

    `prefix` goes before ids, never before names. `choices` are the texts that a reference field (`step`)
    offers.
    `focus` is the list whose last row takes the focus, after a row was added.
    """
    sentences: dict[str, tuple[str, ...]] = {}
    for problem in problems:
        sentences[problem.path] = (*sentences.get(problem.path, ()), str(problem.sentence))
    blocking = [each for each in problems if each.blocks]
    drawer = Drawer(
        language, prefix, sentences, frozenset(each.path for each in blocking), choices or {}, focus
    )
    return FormView(
        exercise=definition.id,
        title=label_in(definition.name, language),
        fields=tuple(drawer.draw(each, values.get(each.name), each.name) for each in definition.asked(only)),
        problems=tuple(ProblemView(f"#{prefix}{each.path}", str(each.sentence)) for each in blocking),
    )
