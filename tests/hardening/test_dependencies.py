"""D12: nothing locked is below its floor, and what could not be audited is never taken for sound."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from importlib.metadata import distributions
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ikbt.bootstrap.bill_of_materials import bill
from ikbt.bootstrap.floors import FLOORS, LOOKED_AT, below, locked, stale, unaudited
from ikbt.bootstrap.locks import RUNTIME, TEST, lock_path

LOCKS = {name: lock_path(name).read_text(encoding="utf-8") for name in (RUNTIME, TEST)}


def test_d12_nothing_locked_is_below_its_floor() -> None:
    runtime = locked(LOCKS[RUNTIME])

    assert len(runtime) > 40
    assert {"django", "wagtail", "authlib"} <= set(runtime)
    assert [fault for text in LOCKS.values() for fault in below(locked(text))] == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("django==5.2.16 \\", 1),
        ("Django==5.2.17rc1", 1),
        ("django==5.2.17", 0),
        ("django==5.2.100", 0),
        ("wagtail==7.4", 1),
        ("authlib==1.10.0", 0),
        ("psycopg[binary]==3.3.0 ; sys_platform == 'win32'", 0),
    ],
)
def test_d12_a_version_is_compared_by_its_numbers(line: str, found: int) -> None:
    assert len(below(locked(line))) == found


def test_d12_every_locked_package_has_a_hash() -> None:
    for text in LOCKS.values():
        blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE | re.IGNORECASE)[1:]
        assert len(blocks) > 20
        assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_d12_every_floor_says_why() -> None:
    assert all(re.search(r"CVE-\d{4}-\d+", floor.because) for floor in FLOORS)
    assert stale(date(2027, 3, 1))
    assert not stale(LOOKED_AT)


def report(**entries: dict[str, object]) -> str:
    return json.dumps(
        {"dependencies": [{"name": name, **more} for name, more in entries.items()], "fixes": []}
    )


def test_d12_what_could_not_be_audited_is_a_fault() -> None:
    told = report(
        django={"version": "5.2.19", "vulns": []},
        wagtail={"skip_reason": "Dependency not found on PyPI and could not be audited: wagtail (7.4.4)"},
        nh3={"version": "0.3.8", "vulns": [{"id": "PYSEC-1"}]},
    )

    faults = unaudited(told, ["django", "wagtail", "nh3", "authlib"])

    assert [fault.partition(":")[0] for fault in faults] == ["authlib", "nh3", "wagtail"]
    assert "could not be audited" in faults[2]


@pytest.mark.parametrize("text", ["[]", "{}", '{"dependencies": null}', "No known vulnerabilities found"])
def test_d12_a_report_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"report|Expecting"):
        unaudited(text, ["django"])


def test_d12_the_command_fails_on_an_empty_report_and_says_what_floors_are(tmp_path: Path) -> None:
    empty = tmp_path / "report.json"
    empty.write_text(report(), encoding="utf-8")
    said = StringIO()

    with pytest.raises(CommandError, match="django: not in the report"):
        call_command("dependency_audit", "--report", str(empty))
    call_command("dependency_audit", "--floors-only", stdout=said)

    assert "not audited, only held against the floors" in said.getvalue()


def test_d12_the_bill_of_materials_holds_every_runtime_package() -> None:
    said = StringIO()
    call_command("sbom", stdout=said)
    made = json.loads(said.getvalue())

    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    parts = {part["name"]: part for part in made["components"]}
    installed = {part["name"] for part in made["components"] if part["scope"] == "required"}
    assert set(locked(LOCKS[RUNTIME])) - installed <= {"tzdata", "colorama", "async-timeout"}, (
        "Others than those that only Windows or an older Python needs are not installed, or not told."
    )
    assert parts["django"]["purl"] == f"pkg:pypi/django@{parts['django']['version']}"
    assert parts["django"]["licenses"]
    assert parts["pytest"]["scope"] == "excluded"


def test_d12_the_same_packages_have_the_same_serial_number() -> None:
    made = [
        bill(distributions(), runtime=["django"], version="1", made_at=datetime(2026, 1, day, tzinfo=UTC))
        for day in (1, 2)
    ]

    assert made[0]["serialNumber"] == made[1]["serialNumber"]
    assert made[0]["metadata"]["timestamp"] == "2026-01-01T00:00:00Z"
