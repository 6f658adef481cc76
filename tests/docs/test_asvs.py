"""Every level 1 and 2 requirement of ASVS 5.0.0 has an answer, and what it points at is there."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHEET = ROOT / "docs" / "asvs.csv"
Row = dict[str, str]


def rows() -> list[Row]:
    with SHEET.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def headings(page: Path) -> set[str]:
    """A page's sections as a browser addresses them."""
    lines = page.read_text(encoding="utf-8").splitlines()
    return {line.lstrip("# ").lower().replace(" ", "-") for line in lines if line.startswith("## ")}


def fault(row: Row) -> str:
    """What is wrong with a row; empty when nothing is."""
    status, pointer, note = row["status"], row["pointer"], row["note"]
    if not row["requirement"] or row["level"] not in {"1", "2"}:
        return "no requirement or no level"
    if status in {"test", "design"}:
        place, _, test = pointer.partition("::")
        file, _, heading = place.partition("#")
        path = ROOT / file
        if not file or not path.is_file() or (status == "test") != bool(test):
            return f"points at nothing: {pointer}"
        if heading and heading not in headings(path):
            return f"no such section: {pointer}"
        return (
            ""
            if not test or f"def {test}(" in path.read_text(encoding="utf-8")
            else f"no such test: {pointer}"
        )
    if status in {"open", "not applicable"}:
        return "" if len(note) > 7 and not pointer else "says not why, or what is missing"
    return f"unknown status: {status}"


def test_every_row_is_answered_and_no_pointer_is_dead() -> None:
    assert {row["id"]: found for row in rows() if (found := fault(row))} == {}


def test_the_sheet_holds_every_requirement_once() -> None:
    ids = [row["id"] for row in rows()]

    assert len(ids) == len(set(ids)) == 253
    assert Counter(row["level"] for row in rows()) == {"1": 70, "2": 183}


def test_a_faulty_row_is_seen() -> None:
    good = {"id": "V1", "level": "1", "requirement": "x", "status": "test", "note": ""}
    here = "tests/docs/test_asvs.py"

    assert fault({**good, "pointer": f"{here}::test_a_faulty_row_is_seen"}) == ""
    for wrong in ("", here, f"{here}::test_nothing", "tests/docs/gone.py::test_x"):
        assert fault({**good, "pointer": wrong})
    assert fault({**good, "status": "design", "pointer": "docs/security.md#input"}) == ""
    assert fault({**good, "status": "design", "pointer": "docs/security.md#nowhere"})
    assert fault({**good, "status": "open", "pointer": ""})
    assert fault({**good, "status": "", "pointer": ""})
