"""The shipped programs' tailoring: what the syllabus says of branches, and nothing that preflight refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from measurements.registry import shipped
from programs.program_file import read_program
from programs.reading_level import running_text
from programs.tailoring.conditions import Known
from programs.tailoring.faults import ADVICE, faults
from programs.tailoring.path import Decided, Seen, offers_of, path_of, place_of, seen

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


M01_TO_6 = {f"m{number:02}" for number in range(1, 7)}


def depression() -> dict[str, Any]:
    files = read_program(LIBRARY / "depression")
    return {**files.program, "modules": list(files.modules.values())}


def offered_in_depression(known: Known, handed_in: set[str]) -> set[str]:
    outline = depression()
    path = path_of(outline, Decided(), handed_in)
    found = offers_of(outline, path, Decided(), known, opened=handed_in, handed_in=handed_in)
    return {one.name for one in found}


@pytest.mark.parametrize(
    ("scores", "names"),
    [
        ({"gad-7": 4, "isi": 7}, {"m07/gad-low", "m08/isi-low"}),
        ({"gad-7": 5, "isi": 8}, set()),
        ({}, set()),
    ],
)
def test_low_worry_and_good_sleep_offer_other_modules(scores: dict[str, int], names: set[str]) -> None:
    assert offered_in_depression(Known(scores=scores), M01_TO_6) == names


def test_no_module_is_replaced_before_its_turn_is_near() -> None:
    assert offered_in_depression(Known(scores={"gad-7": 0, "isi": 0}), {"m01", "m02", "m03"}) == set()


def test_who_takes_both_still_has_ten_modules_in_their_places() -> None:
    outline = depression()
    decided = Decided(accepted=frozenset({"m07/gad-low", "m08/isi-low"}))

    keys = [module["key"] for module in path_of(outline, decided, M01_TO_6)]

    assert keys == [*sorted(M01_TO_6), "m11", "m12", "m09", "m10"]
    assert [place_of(outline, key, decided) for key in keys] == list(range(1, 11))


@pytest.mark.parametrize(
    ("records", "belief", "names"),
    [(3, 70, {"m06/belief-stays"}), (2, 90, set()), (3, 65, set()), (4, None, set())],
)
def test_a_belief_that_stays_high_in_the_third_record_offers_the_experiments_early(
    records: int, belief: int | None, names: set[str]
) -> None:
    known = Known(answers={"m05-s07": {"belief_after": belief}}, entries={"m05-s07": records})

    assert offered_in_depression(known, {"m01", "m02", "m03", "m04", "m05"}) == names


@pytest.mark.parametrize(
    ("rows", "short", "full"), [(0, Seen.ORDINARY, Seen.OPTIONAL), (1, Seen.HIDDEN, Seen.ORDINARY)]
)
def test_who_kept_no_diary_gets_a_shorter_one(rows: int, short: Seen, full: Seen) -> None:
    module = depression()["modules"][1]
    steps = {step["key"]: step for step in module["steps"]}
    known = Known(entries={"m01-s06": rows})

    assert seen(module, steps["m02-kort"], Decided(), known, ()) is short
    assert seen(module, steps["m02-s06"], Decided(), known, ()) is full


@pytest.mark.parametrize(
    ("scores", "what"), [({"isi": 15}, Seen.ORDINARY), ({"isi": 14}, Seen.HIDDEN), ({}, Seen.HIDDEN)]
)
def test_the_step_with_the_sleep_window_is_for_clear_sleep_trouble(
    scores: dict[str, int], what: Seen
) -> None:
    module = depression()["modules"][7]
    [step] = [one for one in module["steps"] if one["key"] == "m08-fonster"]

    assert seen(module, step, Decided(), Known(scores=scores), ()) is what


def test_who_practises_saying_no_is_told_first_whom_not_to_practise_on_and_where_help_is() -> None:
    module = depression()["modules"][10]
    first = running_text(module["steps"][0])

    assert "Öva inte på någon som kan göra dig illa" in first
    assert "sidan Hjälp" in first
    assert "vänta inte på svar här" in first
