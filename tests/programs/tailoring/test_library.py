"""The shipped programs' tailoring: what the syllabus says of branches, and nothing that preflight refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from measurements.registry import shipped
from programs.program_file import read_program
from programs.tailoring.conditions import Known
from programs.tailoring.faults import ADVICE, faults
from programs.tailoring.path import Decided, offers_of, path_of

LIBRARY = Path(__file__).parents[3] / "programs" / "library"
PROGRAMS = sorted(path.parent for path in LIBRARY.glob("*/program.json"))


@pytest.mark.parametrize("folder", PROGRAMS, ids=[folder.name for folder in PROGRAMS])
def test_a_shipped_programs_tailoring_has_no_fault(folder: Path) -> None:
    files = read_program(folder)

    found = faults(files.program, list(files.modules.values()), shipped())

    assert [one for one in found if one.fault not in ADVICE] == []


TWO_IN = {"m01", "m02"}


@pytest.mark.parametrize(
    ("isi", "handed_in", "names"), [(15, TWO_IN, ["m08/isi-15"]), (14, TWO_IN, []), (22, {"m01"}, [])]
)
def test_the_depression_program_offers_the_sleep_module_early_at_isi_15(
    isi: int, handed_in: set[str], names: list[str]
) -> None:
    files = read_program(LIBRARY / "depression")
    outline = {**files.program, "modules": list(files.modules.values())}
    path = path_of(outline, Decided(), handed_in)

    found = offers_of(
        outline, path, Decided(), Known(scores={"isi": isi}), opened=handed_in, handed_in=handed_in
    )

    assert [one.name for one in found] == names
