"""Where a program asks for relaxation, it gives something to relax by and asks for tension before and after."""

import pytest

from tests.programs.test_library import MODULES, blocks_of, load, places_of


@pytest.mark.parametrize(("program", "stem"), MODULES)
def test_tension_is_asked_for_before_and_after_where_a_program_asks_for_relaxation(
    program: str, stem: str
) -> None:
    module = load(program, stem)
    guided = [key for kind in ("pacing", "audio") for key, _ in blocks_of(module, kind)]

    for key, exercise in places_of(module, "relaxation_log"):
        assert guided, "Nothing to relax by."
        assert min(guided) <= key
        assert exercise["fields"] is None or {"tension_before", "tension_after"} <= set(exercise["fields"])
