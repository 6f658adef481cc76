"""Makes up what a simulated patient of the insomnia program writes about her nights, in plausible Swedish."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ikbt.demo.worksheets import MAKERS, Page, Values

# Rise at half past six; the first window, in the third module, and how it grows each week, in minutes.
RISE, FIRST_WINDOW, GROWS, DAY = 6 * 60 + 30, 345, 15, 24 * 60


def _clock(minutes: int) -> str:
    return f"{minutes % DAY // 60:02d}:{minutes % 60:02d}"


def _window(page: Page) -> int | None:
    """Her window in this module; none before the third."""
    week = int(page.module_key[1:]) - 3
    return FIRST_WINDOW + GROWS * week if week >= 0 else None


def _night(page: Page) -> Values:
    window = _window(page)
    if window is None:
        bed, awake, up = DAY - page.chance.choice((60, 75, 90)), (30, 75), 20
    else:
        bed, awake, up = DAY + RISE - window, (5, 30), 0
    bed += page.chance.choice((0, 0, 5, 10))
    return {
        "date": page.day,
        "bed_time": _clock(bed),
        "lights_out": _clock(bed + page.chance.choice((5, 10))),
        "sol": page.chance.randrange(*awake, 5),
        "awakenings": page.chance.randint(1, 3),
        "waso": page.chance.randrange(*awake, 5),
        "final_wake": _clock(RISE - page.chance.choice((10, 20, 35))),
        "out_of_bed": _clock(RISE + up + page.chance.choice((0, 5, 10))),
        "naps": page.chance.choice((0, 0, 0, 15)),
        "quality": page.ten(4),
        "rested": page.ten(4),
        "kss": page.chance.randint(3, 7),
        "dozed_risk": page.chance.random() < 0.02,
        "caffeine_after_14": page.chance.random() < 0.25,
    }


def _plan(page: Page) -> Values:
    return {
        "rise_time": _clock(RISE),
        "window_min": _window(page) or FIRST_WINDOW,
        "set_by": page.chance.choices(("rule", "therapist"), (80, 20))[0],
        "sleepiness_worst": page.chance.randint(3, 7),
    }


def _motivation(page: Page) -> Values:
    return {
        **page.deck.draw("sleep_motivation"),
        "importance": page.chance.randint(6, 10),
        "confidence": page.chance.randint(5, 9),
    }


def _relaxation(page: Page) -> Values:
    before = page.percent(35, 80)
    return {
        "method": page.chance.choice(("breath", "body")),
        "minutes": page.chance.choice((5, 6, 10)),
        "tension_before": before,
        "tension_after": max(5, before - page.percent(0, 30)),
    }


NIGHT_MAKERS: Mapping[str, Callable[[Page], Values]] = MappingProxyType(
    {
        **MAKERS,
        "sleep_diary": _night,
        "sleep_window_plan": _plan,
        "motivation_balance": _motivation,
        "relaxation_log": _relaxation,
    }
)
