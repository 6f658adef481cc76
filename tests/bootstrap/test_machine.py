"""Guards what the suite stands on: no async test after a browser test, and a browser of the machine."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ikbt.bootstrap import browser
from tests import machine


def item(name: str, *fixtures: str, file: str = "test_rules.py") -> Any:
    marks: list[str] = []
    return SimpleNamespace(
        name=name,
        path=Path(file),
        fixturenames=fixtures,
        marks=marks,
        add_marker=lambda mark: marks.append(mark.name),
    )


def test_browser_tests_come_last_and_the_rest_keep_their_order() -> None:
    pages = "test_pages.py"
    items = [
        item("walk", "browser", file=pages),
        item("words", file=pages),
        item("socket"),
        item("score", "db"),
    ]

    machine.pytest_collection_modifyitems(cast(list[pytest.Item], items))

    assert [each.name for each in items] == ["socket", "score", "words", "walk"]
    assert [each.marks for each in items] == [[], [], [], ["journey"]]


def test_the_suites_browser_is_one_of_the_machine() -> None:
    chosen = browser.find(os.environ.get(browser.VARIABLE))

    assert chosen is not None
    assert os.access(chosen, os.X_OK)
