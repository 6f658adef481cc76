"""Every management command of ours is told to operators and stands on the map with the app it lives in."""

from __future__ import annotations

import re
from pathlib import Path

from ikbt.bootstrap.commands import TEST_COMMAND

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("ikbt", "programs", "therapist", "measurements")


def commands() -> dict[str, str]:
    """Names to the folder of their app."""
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("management/commands/*.py"))
    return {
        path.stem: str(path.parents[2].relative_to(ROOT)) for path in found if not path.stem.startswith("_")
    }


def test_operators_are_told_of_every_command() -> None:
    told = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = told.split("## Commands")[1].split("\n## ")[0]

    assert len(commands()) > 15
    assert [name for name in sorted(commands()) if not re.search(rf"`{name}[ `]", section)] == []


def test_the_map_names_every_command_with_its_app() -> None:
    text = (ROOT / "docs" / "map.md").read_text(encoding="utf-8").split("## Commands")[1].split("\n## ")[0]
    told = {
        name: app
        for names, app in re.findall(r"((?:`\w+`,? ?)+) \(`([\w/]+)`\)", text)
        for name in re.findall(r"`(\w+)`", names)
    }

    assert {name: told.get(name) for name in commands()} == commands()


def test_no_command_is_told_that_is_not_there() -> None:
    told = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = told.split("## Commands")[1].split("\n## ")[0]
    named = {
        name
        for cell in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", cell)
    }

    assert named - set(commands()) <= {TEST_COMMAND}
