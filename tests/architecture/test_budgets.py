"""Guards how the code reads: the budgets of docs/decisions for size, branches, hints, notes and tests.

A budget is loosened by a decision note, never by an exception here.
"""

from pathlib import Path, PurePosixPath

import pytest

from tests.architecture.measuring import (
    Function,
    Module,
    is_test,
    ninth_decile,
    read_modules,
    tracked_files,
)

ROOT = Path(__file__).resolve().parents[2]
FILE_MAX, FILE_P90 = 400, 200
FUNCTION_MAX, FUNCTION_P90 = 60, 20
# docs/decisions/0014-complexity-budget.md says what is counted, and why these numbers.
COMPLEXITY_MAX, COMPLEXITY_P90 = 10, 6
TEMPLATE_MAX, TEMPLATE_P90 = 150, 80
HINTED_PERCENT = 98
DEFERRED_PERCENT = 1
# The aim is 1.0.
TEST_LINES_PER_CODE_LINE = 0.75
# Names that tell nothing of what is inside.
BANNED_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "services",
    "service",
    "misc",
    "manager",
    "managers",
    "engine",
}


@pytest.fixture(scope="module")
def files() -> list[PurePosixPath]:
    return tracked_files(ROOT)


@pytest.fixture(scope="module")
def modules(files: list[PurePosixPath]) -> list[Module]:
    return read_modules(ROOT, files)


@pytest.fixture(scope="module")
def code(modules: list[Module]) -> list[Module]:
    return [module for module in modules if not is_test(module.path)]


@pytest.fixture(scope="module")
def functions(code: list[Module]) -> list[Function]:
    return [function for module in code for function in module.functions]


@pytest.fixture(scope="module")
def templates(files: list[PurePosixPath]) -> dict[str, int]:
    chosen = [path for path in files if "templates" in path.parts and path.suffix in {".html", ".txt"}]
    return {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in chosen}


def test_no_file_is_longer_than_its_budget(modules: list[Module]) -> None:
    assert [f"{module.path}: {module.lines}" for module in modules if module.lines > FILE_MAX] == []


def test_nine_files_of_ten_are_short(code: list[Module]) -> None:
    assert ninth_decile([module.lines for module in code]) <= FILE_P90


def test_no_function_is_longer_than_its_budget(functions: list[Function]) -> None:
    assert [f"{each.place}: {each.lines}" for each in functions if each.lines > FUNCTION_MAX] == []


def test_nine_functions_of_ten_are_short(functions: list[Function]) -> None:
    assert ninth_decile([each.lines for each in functions]) <= FUNCTION_P90


def test_no_function_branches_more_than_its_budget(functions: list[Function]) -> None:
    assert [
        f"{each.place}: {each.complexity}" for each in functions if each.complexity > COMPLEXITY_MAX
    ] == []


def test_nine_functions_of_ten_hardly_branch(functions: list[Function]) -> None:
    assert ninth_decile([each.complexity for each in functions]) <= COMPLEXITY_P90


def test_functions_are_hinted(functions: list[Function]) -> None:
    bare = [each.place for each in functions if not each.hinted]

    assert 100 * len(bare) <= (100 - HINTED_PERCENT) * len(functions), bare


def test_every_module_says_what_it_decides(modules: list[Module]) -> None:
    assert [str(module.path) for module in modules if not module.has_docstring] == []


def test_imports_stand_at_the_top(code: list[Module]) -> None:
    deferred = {str(module.path): module.deferred_imports for module in code if module.deferred_imports}

    assert 100 * sum(deferred.values()) <= DEFERRED_PERCENT * sum(module.imports for module in code), deferred


def test_no_template_is_longer_than_its_budget(templates: dict[str, int]) -> None:
    assert {path: lines for path, lines in templates.items() if lines > TEMPLATE_MAX} == {}


def test_nine_templates_of_ten_are_short(templates: dict[str, int]) -> None:
    assert ninth_decile(list(templates.values())) <= TEMPLATE_P90


def test_file_names_tell_what_is_inside(files: list[PurePosixPath]) -> None:
    assert [str(path) for path in files if path.suffix == ".py" and path.stem in BANNED_NAMES] == []


def test_there_is_no_less_test_for_the_code_than_there_was(modules: list[Module], code: list[Module]) -> None:
    code_lines = sum(module.code_lines for module in code)
    test_lines = sum(module.code_lines for module in modules if is_test(module.path))

    assert test_lines >= TEST_LINES_PER_CODE_LINE * code_lines
