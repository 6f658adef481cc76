"""Guards the measurer itself: a budget that is measured wrongly keeps nothing."""

from pathlib import PurePosixPath
from textwrap import dedent

import pytest

from tests.architecture.measuring import Module, measure, ninth_decile


def module(code: str) -> Module:
    return measure(PurePosixPath("app/rules.py"), dedent(code))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return 1", 1),
        ("return 1 if a else 2", 2),
        ("return a and b and c", 3),
        ("return [x for x in a if x if x > 1]", 4),
        ("try:\n        b()\n    except (A, B):\n        c()", 2),
        ("def inner():\n        return 1 if a else 2\n    return inner", 1),
        ("match a:\n        case 1:\n            pass\n        case _:\n            pass", 3),
    ],
)
def test_complexity_is_one_and_each_branch(body: str, expected: int) -> None:
    assert module(f"def f(a):\n    {body}\n").functions[0].complexity == expected


@pytest.mark.parametrize(
    ("signature", "hinted"),
    [
        ("def f(self, a: int, *, b: str) -> None: ...", True),
        ("def f(a) -> None: ...", False),
        ("def f(a: int): ...", False),
        ("async def f(*args, **kwargs: int) -> None: ...", False),
    ],
)
def test_a_function_is_hinted_when_everything_is(signature: str, hinted: bool) -> None:
    assert module(signature).functions[0].hinted is hinted


def test_a_function_is_as_long_as_its_last_line() -> None:
    assert module("x = 1\n\ndef f():\n    a = 1\n\n    return a\n").functions[0].lines == 4


def test_an_import_in_a_function_is_deferred() -> None:
    found = module("import a\nfrom b import c, d\n\ndef f():\n    import e\n")

    assert (found.imports, found.deferred_imports) == (4, 1)


def test_only_a_leading_string_is_a_docstring() -> None:
    assert module('"""Decides."""\n').has_docstring
    assert not module('import a\n"""Decides."""\n').has_docstring


def test_nine_of_ten_do_not_exceed_the_ninth_decile() -> None:
    assert ninth_decile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100]) == 10
    assert ninth_decile([]) == 0
