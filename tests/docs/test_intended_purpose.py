"""N3: each clinical part says what it is for, and what is said to switch it off does."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from ikbt.treatments.thresholds import Thresholds

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "intended-purpose.md").read_text(encoding="utf-8")
# Where clinical rules are decided: each of these files must be in a part that the page tells of.
CLINICAL = ["measurements/scoring.py", "measurements/flags.py", "ikbt/treatments/unlocking.py"]


def rows() -> list[list[str]]:
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.splitlines()
        if line.startswith("| ")
    ]


def test_n3_every_part_has_a_purpose_and_a_place() -> None:
    parts = [row for row in rows() if row[0] not in {"Part", "---"}]

    assert len(parts) >= 12
    for row in parts:
        assert row[1], row
        places = re.findall(r"`([^`]+)`", row[0])
        assert places, row
        assert [place for place in places if not (ROOT / place).exists()] == []


def test_n3_every_number_that_switches_a_part_is_a_units() -> None:
    named = set(re.findall(r"`(\w+)` of the unit", PAGE))

    assert {"unsent_risk_minutes", "worse_in_a_row", "missing_weekly_hours"} <= named
    assert named <= {field.name for field in fields(Thresholds)}


def test_n3_the_rules_that_decide_something_clinical_are_told_of() -> None:
    assert [place for place in CLINICAL if place not in PAGE] == []
    packages = {path.name for path in (ROOT / "ikbt" / "treatments").iterdir() if path.is_dir()}
    assert "early_warning" in packages
    assert "early_warning/" in PAGE
