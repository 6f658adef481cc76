"""The stand-in is had on a machine without Node, is fetched once, and runs nobody's install scripts."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.openid import stand_in
from tests.openid.stand_in import FOLDER, NoNode, install, node_and_npm, of_the_wheel, version_of


def program(folder: Path, name: str, says: str) -> str:
    """A little program of that name."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{says}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_machine_without_node_uses_the_wheel() -> None:
    node, npm = node_and_npm(which=lambda name: None)

    assert (node, npm) == of_the_wheel()
    assert version_of(node[0]) >= stand_in.OLDEST_NODE
    assert Path(npm[1]).exists()


@pytest.mark.parametrize("says", ["echo v18.20.0", "echo hello", "exit 1"])
def test_old_node_is_passed_over(tmp_path: Path, says: str) -> None:
    program(tmp_path, "node", says)
    program(tmp_path, "npm", "exit 0")

    assert node_and_npm(which=lambda name: str(tmp_path / name)) == of_the_wheel()


def test_recent_node_of_the_machine_is_used(tmp_path: Path) -> None:
    node, npm = program(tmp_path, "node", "echo v24.1.0"), program(tmp_path, "npm", "exit 0")

    assert node_and_npm(which=lambda name: str(tmp_path / name)) == ([node], [npm])


def test_node_without_npm_is_passed_over(tmp_path: Path) -> None:
    node = program(tmp_path, "node", "echo v24.1.0")

    assert node_and_npm(which=lambda name: node if name == "node" else None) == of_the_wheel()


def test_packages_are_fetched_once_for_each_lock(tmp_path: Path) -> None:
    (tmp_path / "package-lock.json").write_text("{}")
    npm = [program(tmp_path, "npm", 'mkdir -p node_modules; echo "$@" >> words')]

    assert [install(npm, folder=tmp_path) for _ in range(3)] == [True, False, False]
    (tmp_path / "package-lock.json").write_text('{"changed": true}')
    assert install(npm, folder=tmp_path)

    assert (tmp_path / "words").read_text().count("ci --ignore-scripts") == 2


def test_failure_is_told_in_npm_s_words(tmp_path: Path) -> None:
    (tmp_path / "package-lock.json").write_text("{}")

    with pytest.raises(NoNode, match="no network here"):
        install([program(tmp_path, "npm", "echo no network here >&2; exit 1")], folder=tmp_path)


def test_lock_names_hashes_and_no_place() -> None:
    lock = json.loads((FOLDER / "package-lock.json").read_text())
    packages = [package for name, package in lock["packages"].items() if name]

    assert lock["packages"][""]["dependencies"] == {"oidc-provider": "9.13.3"}
    assert all(package["integrity"].startswith("sha512-") for package in packages)
    assert not any("resolved" in package for package in packages)
