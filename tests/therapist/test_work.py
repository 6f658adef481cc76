"""Handed-in work as the therapist reads it: diaries as a table, the rest entry by entry, drafts never."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import translation

from ikbt.treatments.models import WorksheetEntry
from therapist.work import question_to_therapist, reflections_first, safety_plan, work_by_step

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def entry(
    exercise: str, values: dict[str, Any], *, step: str = "m01-s02", hours_ago: int = 1
) -> WorksheetEntry:
    moment = NOW - timedelta(hours=hours_ago)
    return WorksheetEntry(
        module_key=step[:3],
        step_key=step,
        exercise=exercise,
        values=values,
        created_at=moment,
        saved_at=moment,
        handed_in_at=moment,
        state=WorksheetEntry.State.HANDED_IN,
    )


def test_a_sleep_diary_is_one_table_with_its_naps_in_a_cell() -> None:
    nights = [
        entry(
            "sleep_diary", {"date": "2026-11-22", "bed": "23:00", "naps": [{"start": "14:00", "minutes": 20}]}
        ),
        entry("sleep_diary", {"date": "2026-11-21", "bed": "22:15"}, hours_ago=24),
    ]

    [work] = work_by_step(nights, [], language="sv", at=NOW)

    assert work.count == 2
    assert work.table is not None
    assert work.entries == []
    assert work.table.rows[0][-1] == "23\xa0nov"


def test_one_entry_is_read_as_an_entry_and_what_was_left_out_takes_no_room() -> None:
    values = {"date": "2026-11-22", "block": "morning", "activity": "Promenad"}

    [work] = work_by_step([entry("activity_diary", values)], [], language="sv", at=NOW)

    assert work.table is None
    assert [answer.label for answer in work.entries[0].view.answers] == [
        "Datum",
        "Del av dagen",
        "Vad jag gjorde",
    ]


def test_steps_come_by_their_newest_entry_and_reflections_first_for_feedback() -> None:
    newest = entry("activity_diary", {"activity": "B"}, step="m01-s03")
    older = entry("module_reflection", {"summary": "A"}, step="m01-s09", hours_ago=5)

    work = work_by_step([newest, older], [], language="sv", at=NOW)

    assert [one.step_key for one in work] == ["m01-s03", "m01-s09"]
    steps = [{"key": "m01-s03"}, {"key": "m01-s09"}]
    assert [one.step_key for one in reflections_first(work, steps)] == ["m01-s09", "m01-s03"]


def test_her_newest_question_is_found_and_nothing_is_no_question() -> None:
    asked = entry("module_reflection", {"question": " Hur gör jag? "})
    silent = entry("module_reflection", {"question": None})

    assert question_to_therapist([asked, silent]) == "Hur gör jag?"
    assert question_to_therapist([silent, asked]) == ""
    assert question_to_therapist([]) == ""


def test_the_newest_safety_plan_is_shown_and_none_when_there_is_none() -> None:
    plan = entry("safety_plan", {"warning": [{"sign": "Ligger kvar"}], "reviewed": "2026-11-20"})

    found = safety_plan([plan], language="sv", at=NOW)

    assert found is not None
    assert found.view.answers[0].rows == (("Ligger kvar",),)
    assert safety_plan([entry("activity_diary", {})], language="sv", at=NOW) is None


def test_values_of_a_wrong_shape_do_not_break_the_page() -> None:
    odd = [entry("sleep_diary", {"naps": "x", "date": 7}), entry("sleep_diary", {"naps": [1], "date": None})]

    [work] = work_by_step(odd, [], language="sv", at=NOW)

    assert work.count == 2


def test_the_reflection_is_named_for_who_reads_it() -> None:
    reflection = entry("module_reflection", {"worked_on": "Promenader"}, step="m01-s08")

    with translation.override("sv"):
        [work] = work_by_step([reflection], [], language="sv", at=NOW)

    assert work.title == "Patientens sammanfattning"
