"""Entries and series are shown in words, with a dash for what is missing and a table beside every picture."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from ikbt.common.clock import STOCKHOLM
from programs.exercises.definitions import load_all
from programs.exercises.over_time import SeriesView, series_view
from programs.exercises.showing import EntryView, entry_view, in_cell

ALL = load_all()
NOW = datetime(2026, 3, 8, 12, 0, tzinfo=STOCKHOLM)


@pytest.fixture(autouse=True)
def swedish() -> Any:
    with translation.override("sv"):
        yield


def example(exercise: str) -> dict[str, Any]:
    found: Any = ALL[exercise].document["example"]
    return dict(found)


def shown(exercise: str, values: dict[str, Any]) -> EntryView:
    return entry_view(ALL[exercise], values, language="sv", now=NOW)


def answer(exercise: str, values: dict[str, Any], label: str) -> str:
    return next(each.text for each in shown(exercise, values).answers if each.label == label)


def value(exercise: str, values: dict[str, Any], label: str) -> Any:
    return next(each for each in shown(exercise, values).derived if each.label == label)


def over_time(exercise: str, entries: list[dict[str, Any]]) -> SeriesView:
    return series_view(ALL[exercise], entries, language="sv", now=NOW)


@pytest.mark.parametrize("exercise", sorted(ALL))
def test_every_type_can_be_read_back_empty_and_filled(exercise: str) -> None:
    for values in ({}, example(exercise)):
        text = render_to_string("programs/exercises/_entry.html", {"entry": shown(exercise, values)})
        assert "<button" not in text
        assert text.count("<dt>") >= len(ALL[exercise].fields)


def test_answers_are_shown_in_words() -> None:
    entry = example("activity_schedule") | {"outcome": "partly"}
    assert answer("activity_schedule", entry, "När") == "3 mars 2026 18:00"
    assert answer("activity_schedule", entry, "Utfall") == "delvis"
    assert answer("activity_schedule", entry, "Minuter") == "20 min"
    assert answer("activity_schedule", entry, "Stämning efter") == "7 av 10"
    assert answer("exposure_log", example("exposure_log"), "Säkerhetsbeteenden använda") == "Nej"


def test_what_could_not_be_read_is_shown_as_typed() -> None:
    assert answer("energy_diary", {"date": "i går"}, "Datum") == "i går"


def test_a_missing_value_is_a_dash_and_never_zero() -> None:
    entry = example("energy_diary") | {"energy_pm": None}
    missing = value("energy_diary", entry, label_of("energy_diary", "delta"))
    assert missing.missing
    assert missing.text == "–"


def label_of(exercise: str, name: str) -> str:
    return next(each.label["sv"] for each in ALL[exercise].derived if each.name == name)


def test_numbers_are_written_the_swedish_way() -> None:
    assert (
        value("recovery_plan", example("recovery_plan"), label_of("recovery_plan", "done_share")).text
        == "35,7 %"
    )


def test_nobody_reads_the_code_of_an_option() -> None:
    largest = value("values_compass", example("values_compass"), label_of("values_compass", "largest_gap"))
    assert largest.text == "vänner"
    kinds = over_time("activity_diary", [example("activity_diary")]).derived
    by_kind = next(each for each in kinds if each.label == label_of("activity_diary", "mood_by_kind"))
    assert by_kind.parts == (("tillsammans", "6 av 10"),)


def test_a_figure_for_each_row_stands_in_the_row() -> None:
    areas = shown("values_compass", example("values_compass")).answers[0]
    assert areas.columns[-1] == label_of("values_compass", "gap")
    assert [row[-1] for row in areas.rows] == ["7 poäng", "3 poäng", "0 poäng"]


@pytest.mark.parametrize("exercise", sorted(ALL))
@pytest.mark.parametrize("count", [0, 1, 3])
def test_every_type_can_be_shown_over_time(exercise: str, count: int) -> None:
    view = over_time(
        exercise, [example(exercise) | {"created": NOW.replace(day=2 + day)} for day in range(count)]
    )
    text = render_to_string("programs/exercises/_series.html", {"series": view})
    for picture in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        ElementTree.fromstring(picture)  # noqa: S314  our own picture: whether it is well formed
    assert "style=" not in text
    assert ("Inget är inlämnat än." in text) == (count == 0)


def energy(day: int, evening: int | None) -> dict[str, Any]:
    return example("energy_diary") | {"date": f"2026-03-{day:02d}", "energy_pm": evening}


def test_every_figure_of_the_pictures_stands_in_the_table() -> None:
    view = over_time("energy_diary", [energy(3, 2), energy(1, 9), energy(2, 5)])
    labels = {line.label for picture in view.charts for line in picture.lines}
    assert labels <= set(view.columns)
    assert [row[0] for row in view.rows] == ["1\xa0mar", "2\xa0mar", "3\xa0mar"]
    assert [row[view.columns.index("Energi kväll")] for row in view.rows] == ["9 av 10", "5 av 10", "2 av 10"]


def test_a_missing_figure_breaks_the_line() -> None:
    entries = [energy(1, 2), energy(2, 3), energy(3, None), energy(4, 5), energy(5, 6)]
    scale = next(each for each in over_time("energy_diary", entries).charts if "Energi kväll" in each.title)
    evening = next(line for line in scale.lines if line.label == "Energi kväll")
    assert len(evening.paths) == 2
    assert len(evening.marks) == 4


def test_a_scale_is_drawn_on_the_whole_scale() -> None:
    scale = next(
        each for each in over_time("energy_diary", [energy(1, 2)]).charts if "Energi kväll" in each.title
    )
    assert [level.text for level in scale.levels] == ["0", "5", "10"]


def test_a_picture_says_its_direction_in_words() -> None:
    scale = over_time("energy_diary", [energy(1, 2), energy(2, 9)]).charts
    assert any("Energi kväll: från 2 till 9" in each.summary for each in scale)


def test_sixty_marks_are_the_most_in_a_picture_and_the_table_has_them_all() -> None:
    entries = [
        example("exposure_log") | {"start": f"2026-{1 + n // 28:02d}-{1 + n % 28:02d}T10:00"}
        for n in range(70)
    ]
    view = over_time("exposure_log", entries)
    assert len(view.rows) == 70
    assert max(len(line.marks) for picture in view.charts for line in picture.lines) == 60


def night(day: int, month: int = 3) -> dict[str, Any]:
    return example("sleep_diary") | {"date": f"2026-{month:02d}-{day:02d}"}


def test_weeks_are_compared_from_the_first_entry_to_today() -> None:
    # Today is 8 March: weeks end on 22 February, 1 March and 8 March. The middle one is empty.
    entries = [night(day, 2) for day in range(16, 22)] + [night(day) for day in range(2, 8)]
    weeks = over_time("sleep_diary", entries).weeks
    assert weeks is not None
    efficiency = weeks.columns.index(label_of("sleep_diary", "week_se"))
    assert [(row[0], row[efficiency]) for row in weeks.rows] == [
        ("22\xa0feb", "66,7 %"),
        ("1\xa0mar", "–"),
        ("8\xa0mar", "66,7 %"),
    ]
    assert label_of("sleep_diary", "window_adherence") not in weeks.columns


def test_one_week_is_nothing_to_compare() -> None:
    assert over_time("sleep_diary", [night(day) for day in range(2, 8)]).weeks is None


def test_a_minus_is_a_minus() -> None:
    change = value("thought_record", example("thought_record"), label_of("thought_record", "belief_change"))
    assert change.text == "−35 poäng"


def test_a_moment_in_a_cell_is_short_and_never_broken() -> None:
    (when,) = [field for field in load_all()["activity_schedule"].fields if field.name == "planned_at"]
    assert in_cell(when, "2026-11-13T17:45", "sv") == "13\xa0nov\xa017:45"
    assert in_cell(when, "i fredags", "sv") == "i fredags"
