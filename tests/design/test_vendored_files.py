"""Vendored files are those that were recorded: nobody edits them by hand, and each has its licence."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "ikbt" / "common" / "static" / "vendor"
DESIGN = ROOT / "ikbt" / "common" / "design"
FOLDERS = ["designsystemet", "figtree"]


@pytest.mark.parametrize("name", FOLDERS)
def test_every_file_has_its_recorded_hash(name: str) -> None:
    folder = VENDOR / name
    lines = [line.split("  ") for line in (folder / "SHA256SUMS").read_text().splitlines()]
    recorded = {name: digest for digest, name in lines}

    found = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.iterdir()
        if file.name not in {"SHA256SUMS", "VERSION"}
    }

    assert found == recorded
    assert "LICENSE" in found


@pytest.mark.parametrize("name", FOLDERS)
def test_the_version_is_the_one_that_the_build_asks_for(name: str) -> None:
    package, version = (VENDOR / name / "VERSION").read_text().split()

    wanted = json.loads((DESIGN / "package.json").read_text())["devDependencies"]

    assert wanted[package] == version


def test_the_lock_has_hashes_and_names_no_registry() -> None:
    packages = json.loads((DESIGN / "package-lock.json").read_text())["packages"]

    installed = {path: entry for path, entry in packages.items() if path and not entry.get("inBundle")}

    assert installed
    assert all(entry.get("integrity", "").startswith("sha512-") for entry in installed.values())
    assert not any("resolved" in entry for entry in packages.values())


def test_no_style_sheet_fetches_from_elsewhere() -> None:
    sheets = [*VENDOR.rglob("*.css"), *(VENDOR.parent / "css").glob("*.css")]

    texts = {sheet.name: sheet.read_text() for sheet in sheets}
    foreign = [name for name, text in texts.items() if "@import" in text or "url(http" in text]

    assert sheets
    assert not foreign
