"""Every shipped program can be brought in, published, and written out again as it was."""

from pathlib import Path

import pytest

from ikbt.common import clock
from programs.freezing import as_file, freeze
from programs.importing import import_program
from programs.models import UnitPage
from programs.preflight import problems_of
from programs.program_file import read_program

LIBRARY = Path(__file__).parents[2] / "programs" / "library"
FOLDERS = sorted(path.parent for path in LIBRARY.glob("*/program.json"))


@pytest.mark.django_db
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_shipped_program_survives_the_round_trip_and_nothing_stops_it(
    folder: Path, alfa_page: UnitPage
) -> None:
    files = read_program(folder)

    frozen = freeze(import_program(folder, unit_page=alfa_page, by=None, at=clock.now()))

    assert frozen.program == files.program
    assert [as_file(module.document) for module in frozen.modules] == list(files.modules.values())
    assert [str(problem) for problem in problems_of(frozen) if problem.stops] == []
