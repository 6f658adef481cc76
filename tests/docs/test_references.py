"""What the docs point at is there: files, tests, links, settings, packages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md")])
# Paths of the repository in backticks; those with a blank are examples.
NAMED = re.compile(r"`((?:tests|ikbt|programs|therapist|measurements|templates|docs)/[^`\s…<>]*)`")
LINKED = re.compile(r"\]\(([^)#:]+)\)")
VARIABLE = re.compile(r'"(IKBT_[A-Z_]+)"')


def found(pattern: re.Pattern[str]) -> Iterator[tuple[Path, str]]:
    """Every match of a pattern with the page it stands on."""
    for page in PAGES:
        yield from ((page, text) for text in pattern.findall(page.read_text(encoding="utf-8")))


def test_every_file_and_test_that_is_named_exists() -> None:
    named = list(found(NAMED))
    missing = []
    for page, text in named:
        file, _, test = text.partition("::")
        paths = list(ROOT.glob(file.rstrip("/")))
        if not paths or (test and f"def {test}(" not in paths[0].read_text(encoding="utf-8")):
            missing.append(f"{page.name}: {text}")

    assert len(named) > 100
    assert missing == []


def test_every_link_leads_somewhere() -> None:
    links = list(found(LINKED))

    assert len(links) > 20
    assert [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()] == []


def test_every_setting_of_the_environment_is_told_to_operators() -> None:
    told = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    read = {
        name
        for file in (ROOT / "ikbt" / "settings").glob("*.py")
        for name in VARIABLE.findall(file.read_text(encoding="utf-8"))
    }

    assert len(read) > 15
    assert sorted(name for name in read if f"`{name}`" not in told) == []


def test_every_runtime_dependency_has_its_reason() -> None:
    told = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text(encoding="utf-8").lower()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [re.split(r"[\[<>=]", entry)[0].lower() for entry in project["dependencies"]]

    assert len(names) > 10
    assert [name for name in names if name not in told] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_one_title(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    code = False
    titles = []
    for line in lines:
        code ^= line.startswith("```")
        if not code and line.startswith("# "):
            titles.append(line)

    assert len(titles) == 1
    assert lines[0] == titles[0]


def test_the_readme_is_one_page_and_shows_two_screens() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= 70
    assert sum("docs/images/" in line for line in lines) >= 1
    assert "    python3 manage.py demo " in "\n".join(lines)
