"""Decides how an exercise is asked: for each field its control, words, limits, ids and problems, ready for
templates."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from programs.exercises.aids import Earlier, chips_of, last_used_first, stepper_of, suggestions_for
from programs.exercises.definitions import ExerciseDefinition, FieldDefinition
from programs.exercises.problems import Problem
from programs.exercises.reading import is_blank
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
    """One row of a list; `number` counts from 1, `remove`, `up` and `down` are the values of its buttons, empty where
    there is none."""

    number: int
    fields: tuple[FieldView, ...]
    remove: str
    up: str = ""
    down: str = ""


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
    sort: str = ""
    chips: tuple[int, ...] = ()
    stepper: int = 0
    suggestions: tuple[str, ...] = ()
    # The answer that stands beside this one, and the control it comes from.
    beside: str = ""
    beside_label: str = ""
    beside_from: str = ""


@dataclass(frozen=True)
class ProblemView:
    href: str
    sentence: str


@dataclass(frozen=True)
class FormView:
    """A form: `problems` are the lines of the summary that stands first, only those that block.

    `more` are fields that may be left out of a quick entry, folded; `pages` are the fields again, a page each.
    """

    exercise: str
    title: str
    fields: tuple[FieldView, ...]
    problems: tuple[ProblemView, ...]
    more: tuple[FieldView, ...] = ()
    pages: tuple[tuple[FieldView, ...], ...] = ()


@dataclass(frozen=True)
class Drawer:
    """What holds for every field of one form."""

    language: str
    prefix: str
    sentences: Mapping[str, tuple[str, ...]]
    blocked: frozenset[str]
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    focus: str = ""
    quick: bool = False
    earlier: Earlier = ()

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
            chips=chips_of(asked, quick=self.quick),
            stepper=stepper_of(asked),
            suggestions=suggestions_for(asked, self.earlier) if self.quick else (),
        )

    def options_of(self, asked: FieldDefinition, value: object, at: str) -> tuple[OptionView, ...]:
        """The buttons of choices, short scales and questions of yes or no."""
        chosen = {typed(each) for each in value} if isinstance(value, list | tuple) else {typed(value)}
        return tuple(
            OptionView(stored, label, f"{at}-{number}", stored in chosen)
            for number, (stored, label) in enumerate(self.in_order(asked))
        )

    def in_order(self, asked: FieldDefinition) -> list[tuple[str, str]]:
        buttons = buttons_of(asked, self.language)
        if not self.quick or not asked.options:
            return buttons
        order = last_used_first(asked, self.earlier)
        return sorted(buttons, key=lambda button: order.index(button[0]))

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
        drawn = [
            self.row(asked, row, place, last=len(rows) - 1, may_go=len(rows) > least)
            for place, row in enumerate(rows)
        ]
        if self.focus == asked.name:
            drawn[-1] = with_focus(drawn[-1])
        add, sort = buttons_for_rows(asked, len(rows))
        return replace(view, rows=tuple(drawn), add=add, sort=sort)

    def row(
        self, asked: FieldDefinition, row: Mapping[str, object], place: int, *, last: int, may_go: bool
    ) -> RowView:
        fields = tuple(
            self.draw(each, row.get(each.name), f"{asked.name}-{place}-{each.name}") for each in asked.fields
        )
        return RowView(
            place + 1,
            fields,
            f"remove:{asked.name}:{place}" if may_go else "",
            up=f"up:{asked.name}:{place}" if asked.sort_by and place > 0 else "",
            down=f"down:{asked.name}:{place}" if asked.sort_by and place < last else "",
        )


def buttons_for_rows(asked: FieldDefinition, count: int) -> tuple[str, str]:
    """The values of the buttons below a list, to add and to put in order; empty where there is none."""
    full = asked.max_items is not None and count >= asked.max_items
    sortable = bool(asked.sort_by) and count > 1
    return ("" if full else f"add:{asked.name}", f"sort:{asked.name}" if sortable else "")


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
    earlier: Earlier = (),
) -> FormView:
    """The form of an exercise, to draw with `programs/exercises/_form.html` as `exercise`.

    `prefix` goes before ids, never before names. `choices` are the texts that a reference field (`step`)
    offers.
    `focus` is the list whose last row takes the focus, after a row was added. `earlier` are her entries, the newest
    first: what she used last is offered first.
    """
    blocking = [each for each in problems if each.blocks]
    blocked = frozenset(each.path for each in blocking)
    quick = definition.layout.quick
    drawer = Drawer(
        language, prefix, sentences_by_path(problems), blocked, choices or {}, focus, quick, earlier
    )
    asked = definition.asked(only)
    views = drawn_fields(drawer, asked, values)
    folded = folded_of(definition, asked, values, blocked)
    return FormView(
        exercise=definition.id,
        title=label_in(definition.name, language),
        fields=tuple(view for name, view in views.items() if name not in folded),
        problems=tuple(ProblemView(f"#{prefix}{each.path}", str(each.sentence)) for each in blocking),
        more=tuple(views[name] for name in folded),
        pages=pages_of(definition, views),
    )


def sentences_by_path(problems: Sequence[Problem]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for problem in problems:
        found[problem.path] = (*found.get(problem.path, ()), str(problem.sentence))
    return found


def drawn_fields(
    drawer: Drawer, asked: Sequence[FieldDefinition], values: Mapping[str, object]
) -> dict[str, FieldView]:
    """Each field by name, with the answer that stands beside it."""
    views = {each.name: drawer.draw(each, values.get(each.name), each.name) for each in asked}
    beside = {
        each.name: with_beside(views[each.name], views[each.shows]) for each in asked if each.shows in views
    }
    return views | beside


def asks_more_than_when(definition: ExerciseDefinition, asked: Sequence[FieldDefinition]) -> bool:
    """Else everything would be folded, and a day handed in alone might count as an attack."""
    return any(each.required and each is not definition.dated_by for each in asked)


def folded_of(
    definition: ExerciseDefinition,
    asked: Sequence[FieldDefinition],
    values: Mapping[str, object],
    blocked: Collection[str],
) -> list[str]:
    if not (definition.layout.quick and asks_more_than_when(definition, asked)):
        return []
    return [each.name for each in asked if may_fold(each, values, blocked)]


def may_fold(field: FieldDefinition, values: Mapping[str, object], blocked: Collection[str]) -> bool:
    """What may be left out, has not been begun, and is not at fault."""
    at_fault = any(path == field.name or path.startswith(f"{field.name}-") for path in blocked)
    return not field.required and is_blank(values.get(field.name)) and not at_fault


def with_beside(view: FieldView, shown: FieldView) -> FieldView:
    return replace(view, beside=shown.value, beside_label=shown.label, beside_from=shown.id)


def pages_of(
    definition: ExerciseDefinition, views: Mapping[str, FieldView]
) -> tuple[tuple[FieldView, ...], ...]:
    """The pages that have something on them; a step may ask some of the fields only. One page is no page."""
    pages = [tuple(views[name] for name in page if name in views) for page in definition.layout.pages]
    found = tuple(page for page in pages if page)
    return found if len(found) > 1 else ()
