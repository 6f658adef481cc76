"""Versions are compared by key, never by place."""

from __future__ import annotations

from copy import deepcopy

from programs.comparing import Change, compare
from tests.programs.conftest import FIRST, SECOND


def test_the_same_content_has_no_changes() -> None:
    assert compare([FIRST, SECOND], deepcopy([FIRST, SECOND])).is_empty


def test_another_text_is_a_changed_step_and_minor() -> None:
    new = deepcopy(FIRST)
    new["steps"][0]["blocks"][0]["html"] = "<p>Ny.</p>"

    changes = compare([FIRST], [new])

    assert (changes.changed_steps, changes.is_major) == ([Change("m01-s01", "Välkommen")], False)


def test_a_step_that_came_or_went_is_major() -> None:
    shorter = {**FIRST, "steps": FIRST["steps"][:1]}

    assert compare([FIRST], [shorter]).removed_steps == [Change("m01-s02", "Din dagbok")]
    assert compare([FIRST], [shorter]).is_major
    assert compare([shorter], [FIRST]).is_major


def test_a_module_that_came_tells_its_steps_too() -> None:
    changes = compare([FIRST], [FIRST, SECOND])

    assert changes.added_modules == [Change("m02", "Fortsätt")]
    assert changes.added_steps == [Change("m02-s01", "Dagboken igen")]


def test_a_moved_step_changes_its_module_and_is_minor() -> None:
    moved = {**FIRST, "steps": FIRST["steps"][::-1]}

    changes = compare([FIRST], [moved])

    assert (changes.changed_modules, changes.changed_steps, changes.is_major) == (
        [Change("m01", "Börja")],
        [],
        False,
    )
