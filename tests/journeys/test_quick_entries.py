"""A diary entry takes at most twenty seconds on a phone: taps are counted, and made seconds by a stated model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.models import WorksheetEntry
from ikbt.treatments.pages import worksheet
from ikbt.treatments.saving import Place, hand_in_entry
from programs.exercises.definitions import load_all
from tests.cast import Cast
from tests.design.screen_checks import overflow, small_targets
from tests.journeys.conftest import Open
from tests.journeys.stage import offstage

# The keystroke-level model's figures (Card, Moran and Newell 1980), rounded up: to find and tap, and to type a letter.
SECONDS_A_TAP, SECONDS_A_LETTER = 1.5, 0.3
LONGEST_SECONDS = 20
COUNT = """
window.taps = 0;
document.addEventListener("pointerdown", (event) => { if (event.isTrusted) window.taps += 1; }, true);
"""


@dataclass(frozen=True)
class Diary:
    """What is tapped and typed in a second entry, and how many taps that may take."""

    exercise: str
    taps: int
    chips: tuple[tuple[str, str], ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    typed: tuple[tuple[str, str], ...] = ()


DIARIES = [
    Diary("activity_diary", 3, chips=(("activity", "promenad med granne"),), choices=(("mood", "6"),)),
    Diary(
        "worry_diary",
        7,
        chips=(
            ("trigger", "dottern svarar inte"),
            ("worry", "tänk om det hänt något"),
            ("minutes", "30"),
            ("distress", "60"),
            ("uncontrollable", "70"),
        ),
        choices=(("kind", "hypothetical"),),
    ),
    Diary(
        "ocd_log",
        8,
        chips=(
            ("trigger", "lämnar hemmet"),
            ("obsession", "spisen är på"),
            ("distress", "80"),
            ("compulsion", "gick tillbaka fyra gånger"),
            ("minutes", "15"),
            ("feared", "huset brinner"),
        ),
        choices=(("resisted", "delayed"),),
    ),
    Diary(
        "erp_log",
        10,
        chips=(
            ("exposure", "rörde dörrhandtag på apoteket"),
            ("prevented", "tvätta händerna"),
            ("minutes", "30"),
            ("suds_0", "60"),
            ("suds_peak", "70"),
            ("suds_end", "40"),
            ("expected", "bli sjuk samma dag"),
        ),
        choices=(("ritual_after", "none"),),
        typed=(("learned", "det gick"),),
    ),
    Diary(
        "mindfulness_log",
        4,
        chips=(("minutes", "10"), ("willingness", "60")),
        choices=(("exercise", "breath"),),
    ),
    Diary(
        "relaxation_log",
        5,
        chips=(("minutes", "15"), ("tension_before", "70"), ("tension_after", "40")),
        choices=(("method", "pmr"),),
    ),
    Diary(
        "energy_diary",
        6,
        chips=(("recovery_min", "30"), ("pauses", "3")),
        choices=(("energy_am", "4"), ("energy_pm", "3"), ("stress", "7")),
    ),
    Diary(
        "sleep_diary",
        8,
        chips=(("sol", "30"), ("awakenings", "2"), ("waso", "15"), ("naps", "0")),
        choices=(("quality", "4"), ("rested", "3"), ("dozed_risk", "false")),
    ),
    Diary(
        "attention_focus_log",
        8,
        chips=(
            ("situation", "bussen"),
            ("self_focus_before", "80"),
            ("task", "lyssnade på tre ljud"),
            ("minutes", "5"),
            ("self_focus_after", "40"),
            ("anxiety_before", "60"),
            ("anxiety_after", "40"),
        ),
    ),
    Diary(
        "exposure_log",
        11,
        chips=(
            ("situation", "fika 15 min"),
            ("minutes", "15"),
            ("expect", "jag blir tyst och de undrar"),
            ("expect_likelihood", "70"),
            ("suds_before", "50"),
            ("suds_peak", "60"),
            ("suds_end", "30"),
        ),
        choices=(("safety_used", "false"), ("expect_true", "no")),
        typed=(("learned", "det gick"),),
    ),
    Diary(
        "interoceptive_exposure_log",
        9,
        chips=(
            ("seconds", "60"),
            ("sensations", "tryck över bröstet"),
            ("similarity", "70"),
            ("suds_peak", "60"),
            ("suds_end", "30"),
            ("feared", "svimma"),
        ),
        choices=(("exercise", "straw"), ("happened", "false")),
    ),
    Diary(
        "panic_attack_log",
        9,
        chips=(("minutes", "10"), ("intensity", "80"), ("thought", "jag svimmar"), ("did", "satte mig")),
        choices=(("cued", "uncued"), ("symptoms", "palp"), ("symptoms", "dizzy"), ("symptoms", "breath")),
    ),
    Diary("panic_attack_log", 2, choices=(("none_today", "true"),)),
    Diary(
        "stimulus_control_plan",
        5,
        chips=(("got_up", "1"),),
        choices=(("rules", "sleepy"), ("rules", "same_rise"), ("rules", "no_nap")),
    ),
    Diary(
        "worry_time",
        6,
        chips=(("length", "20"), ("postponed", "8"), ("left", "2"), ("control", "60")),
        choices=(("held", "true"),),
    ),
]


def earlier(cast: Cast, exercise: str) -> None:
    """The entry of the day before: the definition's example."""
    values: Any = dict(load_all()[exercise].document["example"])  # type: ignore[call-overload]
    hand_in_entry(
        cast.treatment,
        Place("m01", "m01-s02", exercise, "0" * 64),
        values,
        client_key=uuid4(),
        by=SYSTEM,
        at=clock.now(),
    )


def chip(page: Page, field: str, value: str) -> Locator:
    return page.locator(f'[data-exercise-chips="{field}"] [data-value="{value}"]')


def fill(page: Page, diary: Diary) -> None:
    for field, value in diary.chips:
        chip(page, field, value).click()
    for field, value in diary.choices:
        page.locator(f'label:has(input[name="{field}"][value="{value}"])').click()
    for field, text in diary.typed:
        page.locator(f'[name="{field}"]').click()
        page.keyboard.type(text)


def test_every_diary_is_timed() -> None:
    quick = {name for name, one in load_all().items() if one.layout.quick}

    assert {diary.exercise for diary in DIARIES} == quick


@pytest.mark.parametrize("diary", DIARIES, ids=lambda diary: diary.exercise)
def test_a_second_entry_takes_at_most_twenty_seconds(
    played: Cast, opened: Open, monkeypatch: pytest.MonkeyPatch, diary: Diary
) -> None:
    definition = load_all()[diary.exercise]
    monkeypatch.setattr(worksheet, "exercise_definition", lambda module, step: definition)
    offstage(earlier, played, diary.exercise)
    page = opened(played.anna)
    page.goto(reverse("treatments:step", args=[played.treatment.pk, "m01", "m01-s02"]))
    page.evaluate(COUNT)
    assert overflow(page) == []
    assert small_targets(page) == []

    fill(page, diary)
    # The tap that hands it in leaves the page, so it is counted here.
    taps = page.evaluate("window.taps") + 1
    page.get_by_role("button", name="Lämna in").click()

    expect(page.locator("#dina-svar")).to_be_visible()
    entries = offstage(lambda: list(WorksheetEntry.objects.filter(state="handed_in").order_by("created_at")))
    kept = entries[-1].values
    for field, value in (*diary.chips, *diary.choices, *diary.typed):
        assert value in kept[field] if isinstance(kept[field], list) else str(kept[field]).lower() == value
    letters = sum(len(text) for _field, text in diary.typed)
    assert taps <= diary.taps
    assert taps * SECONDS_A_TAP + letters * SECONDS_A_LETTER <= LONGEST_SECONDS


def test_a_thought_goes_a_column_a_page_and_resumes_where_she_stopped(
    played: Cast, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worksheet, "exercise_definition", lambda module, step: load_all()["thought_record"])
    page = opened(played.anna)
    where = reverse("treatments:step", args=[played.treatment.pk, "m01", "m01-s02"])
    page.goto(where)
    expect(page.locator("[name=automatic_thought]")).to_be_hidden()
    page.fill("[name=situation]", "Ingen svarade")
    page.get_by_role("button", name="Nästa", exact=True).click()
    page.fill("[name=automatic_thought]", "De tycker att jag är dum")
    page.fill("[name=belief_before]", "80")
    expect(page.locator("[data-save-status]")).to_contain_text("Sparat")

    page.goto(where)

    # The third page is the first that nothing is written on.
    expect(page.get_by_text("Del 3 av 9")).to_be_visible()
    page.get_by_role("button", name="Tillbaka", exact=True).click()
    expect(page.locator("[name=automatic_thought]")).to_have_value("De tycker att jag är dum")
    for _turn in range(6):
        page.get_by_role("button", name="Nästa", exact=True).click()
    expect(page.locator("[data-exercise-beside]")).to_contain_text("80")


def test_without_a_script_all_columns_stand_below_each_other(
    played: Cast, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worksheet, "exercise_definition", lambda module, step: load_all()["thought_record"])
    page = opened(played.anna, java_script_enabled=False)

    page.goto(reverse("treatments:step", args=[played.treatment.pk, "m01", "m01-s02"]))

    expect(page.locator("[name=situation]")).to_be_visible()
    expect(page.locator("[name=action]")).to_be_visible()


def test_a_ladder_is_put_in_order_without_a_script(
    played: Cast, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        worksheet, "exercise_definition", lambda module, step: load_all()["exposure_hierarchy"]
    )
    page = opened(played.anna, java_script_enabled=False)
    page.goto(reverse("treatments:step", args=[played.treatment.pk, "m01", "m01-s02"]))
    for row, suds in enumerate(("70", "30", "50")):
        page.fill(f"[name=steps-{row}-situation]", f"Steg {suds}")
        page.fill(f"[name=steps-{row}-suds]", suds)

    page.get_by_role("button", name="Ordna, det lättaste först").click()
    expect(page.locator("[name=steps-0-situation]")).to_have_value("Steg 30")
    expect(page.locator("[name=steps-2-situation]")).to_have_value("Steg 70")

    page.get_by_role("button", name="Flytta rad 1 nedåt").click()
    expect(page.locator("[name=steps-0-situation]")).to_have_value("Steg 50")
