"""Whatever is posted or stored, nothing raises, and no missing answer turns into a figure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ikbt.common.clock import STOCKHOLM
from programs.exercises.definitions import ExerciseDefinition, load_all
from programs.exercises.derived import derive, derive_entry
from programs.exercises.drawing import form_view
from programs.exercises.formula_names import nodes_in
from programs.exercises.grammar import Name, parse
from programs.exercises.over_time import series_view
from programs.exercises.reading import UNSTORABLE, read_form
from programs.exercises.rows import change_rows
from programs.exercises.showing import entry_view
from programs.exercises.validation import check

ALL = load_all()
NOW = datetime(2026, 3, 8, 12, 0, tzinfo=STOCKHOLM)
FEW = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])

TEXT = st.text(st.characters(codec=None), max_size=12)
TELLING = st.sampled_from(
    [
        "2026-03-29",
        "0001-01-01",
        "9999-12-31",
        "2026-03-29T02:30",
        "23:59",
        "24:00",
        "",
        " ",
        "-1",
        "1e9",
        "٣",
        "nan",
        "true",
        "none",
        "9" * 40,
        "a\x00",
        "�",
    ]
)
SCALAR = st.one_of(
    st.none(), st.booleans(), st.integers(), st.just(10**4000), st.floats(), TEXT, TELLING, st.integers(0, 10)
)
JSON = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=8
)
EXERCISE = st.sampled_from(sorted(ALL)).map(ALL.__getitem__)


@st.composite
def answers(draw: st.DrawFn) -> tuple[ExerciseDefinition, dict[str, Any]]:
    """An exercise and answers under its names, of any shape at all; lists are often lists of rows."""
    exercise = draw(EXERCISE)
    values: dict[str, Any] = {}
    for field in exercise.fields:
        rows = st.lists(st.fixed_dictionaries({sub.name: JSON for sub in field.fields}) | JSON, max_size=3)
        values[field.name] = draw(rows | JSON if field.fields else JSON)
    values["created"] = draw(JSON | st.just(NOW))
    return exercise, values


@FEW
@given(answers())
def test_stored_answers_of_any_shape_are_checked_and_computed(
    given: tuple[ExerciseDefinition, dict[str, Any]],
) -> None:
    exercise, values = given
    for complete in (True, False):
        assert all(str(each.sentence) for each in check(exercise, values, complete=complete))
    names = {each.name for each in exercise.derived}
    found = derive_entry(exercise, values, now=NOW) + derive(
        exercise, [values, values], now=NOW, context=values
    )
    assert {each.name for each in found} == names


@FEW
@given(answers())
def test_posted_data_of_any_shape_is_read(given: tuple[ExerciseDefinition, dict[str, Any]]) -> None:
    exercise, data = given
    for values in (read_form(exercise, data), change_rows(exercise, data)):
        assert set(values) == {field.name for field in exercise.fields}
        assert not UNSTORABLE.search(str(values))


@FEW
@given(EXERCISE, st.dictionaries(st.one_of(TEXT, st.just("items-0-effect")), TEXT, max_size=6))
def test_what_was_read_can_be_kept_as_a_draft(exercise: ExerciseDefinition, posted: dict[str, str]) -> None:
    data = QueryDict(mutable=True)
    data.update(posted)
    for field in exercise.fields:
        data.setdefault(field.name, next(iter(posted.values()), ""))
    values = read_form(exercise, data)
    assert not [each for each in check(exercise, values, complete=False) if each.blocks]


@given(JSON)
def test_answers_that_are_no_mapping_are_missing(values: Any) -> None:
    exercise = ALL["goal_setting"]
    assert check(exercise, values, complete=True)
    assert all(each.value is None for each in derive_entry(exercise, values, now=NOW))


def operands(exercise: ExerciseDefinition, formula: str) -> set[str]:
    """The top-level fields that a formula names."""
    named = {node.text for node in nodes_in(parse(formula)) if isinstance(node, Name)}
    return named & {field.name for field in exercise.fields}


# Whether a plan is complete is known to be false when a part is missing.
SETTLED_WITHOUT = {("relapse_prevention_plan", "complete", "seek")}
OPERANDS = [
    pytest.param(exercise, derived, field, id=f"{name}-{derived.name}-{field}")
    for name, exercise in ALL.items()
    for derived in exercise.derived
    if derived.scope in ("entry", "item")
    for field in sorted(operands(exercise, derived.formula))
    if (name, derived.name, field) not in SETTLED_WITHOUT
]


@pytest.mark.parametrize(("exercise", "derived", "field"), OPERANDS)
def test_without_an_operand_a_value_is_missing(
    exercise: ExerciseDefinition, derived: Any, field: str
) -> None:
    example: Any = exercise.document["example"]
    entry = {name: value for name, value in example.items() if name != field}
    value = next(each.value for each in derive_entry(exercise, entry, now=NOW) if each.name == derived.name)
    assert value is None


@FEW
@given(EXERCISE, st.data())
def test_a_number_is_never_computed_from_nothing(exercise: ExerciseDefinition, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, 3))
    entries = [{"created": NOW} for _ in range(count)]
    found = derive(exercise, entries, now=NOW)
    counted = {
        each.name for each in exercise.derived if each.formula.startswith(("count(*)", "count(none_today is"))
    }
    counted |= {each.name for each in exercise.derived if "date(created)" in each.formula}
    numbers = [
        each.name
        for each in found
        if isinstance(each.value, int | float) and not isinstance(each.value, bool)
    ]
    assert set(numbers) <= counted


@settings(FEW, max_examples=40)
@given(answers())
def test_stored_answers_of_any_shape_are_drawn_and_shown(
    given: tuple[ExerciseDefinition, dict[str, Any]],
) -> None:
    exercise, values = given
    form = form_view(exercise, values, check(exercise, values, complete=True), language="sv")
    entry = entry_view(exercise, values, language="sv", now=NOW)
    series = series_view(exercise, [values, {"created": NOW}], language="sv", now=NOW)
    assert render_to_string("programs/exercises/_form.html", {"exercise": form})
    assert render_to_string("programs/exercises/_entry.html", {"entry": entry})
    assert render_to_string("programs/exercises/_series.html", {"series": series})


@FEW
@given(EXERCISE, st.data())
def test_whatever_is_typed_stands_in_the_form_again(
    exercise: ExerciseDefinition, data: st.DataObject
) -> None:
    """A posted form that hand-in refuses is drawn with every text as it was typed, on whatever page or fold."""
    texts = [field for field in exercise.fields if field.type in ("text", "longtext")]
    typed = {
        field.name: data.draw(
            st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=400)
        )
        for field in texts
    }

    values = read_form(exercise, typed)
    problems = check(exercise, values, complete=True)
    form = form_view(exercise, values, problems, language="sv", earlier=[values])

    drawn = {each.name: each.value for each in (*form.fields, *form.more)}
    assert {name: drawn[name] for name, text in typed.items() if text.strip()} == {
        name: text for name, text in typed.items() if text.strip()
    }
    paged = [each.name for page in form.pages for each in page]
    assert not form.pages or sorted(paged) == sorted(drawn)
