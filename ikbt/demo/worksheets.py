"""Makes up what a simulated patient writes in each exercise type of the depression program, in plausible
Swedish; what the insomnia program adds is in `nights.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import Any

from ikbt.common.clock import STOCKHOLM
from ikbt.demo.decks import Deck
from ikbt.demo.people import data

Values = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """One entry to be written: who writes, in which module, when; `lift` is how much better she is, from -2
    to 3."""

    deck: Deck
    chance: Random
    module_key: str
    at: datetime
    lift: int = 0

    @property
    def day(self) -> str:
        """The local date as the forms store it."""
        return self.at.astimezone(STOCKHOLM).date().isoformat()

    @property
    def moment(self) -> str:
        """The local date and time as the forms store them."""
        return self.at.astimezone(STOCKHOLM).strftime("%Y-%m-%dT%H:%M")

    def in_days(self, days: int) -> str:
        """A later date."""
        return (self.at.astimezone(STOCKHOLM) + timedelta(days=days)).date().isoformat()

    def ten(self, middle: int, spread: int = 1) -> int:
        """A number from 0 to 10 around `middle`, higher when she is better."""
        return min(10, max(0, middle + self.lift + self.chance.randint(-spread, spread)))

    def percent(self, low: int, high: int) -> int:
        """A number in steps of five."""
        return self.chance.randrange(low, high + 1, 5)


def _planner(page: Page) -> Values:
    plan = page.deck.draw("planner")
    place = {"start": plan["start"], "minutes": plan["minutes"], "place": plan["place"]}
    slots = [{"weekday": day, **place} for day in plan["days"]]
    return {"slots": slots, "reminder": True, "obstacle": plan["obstacle"], "plan_b": plan["plan_b"]}


def _goals(page: Page) -> Values:
    chosen = page.deck.some("goals", page.chance.choice((1, 2, 3)))
    return {
        "goals": [
            {
                "goal": goal["goal"],
                "first_step": goal["first_step"],
                "measure": goal["measure"],
                "attainment": page.ten(3),
                "target_date": page.in_days(70),
            }
            for goal in chosen
        ]
    }


def _diary(page: Page) -> Values:
    row = page.deck.draw("activities")
    mood = page.ten(row["mood"])
    values = {
        "date": page.day,
        "block": row["block"],
        "activity": row["activity"],
        "kind": row["kind"],
        "mood": mood,
    }
    # The first week asks for a row and a number; mastery and pleasure come with the second module.
    return values if page.module_key == "m01" else {**values, "mastery": page.ten(4), "pleasure": page.ten(4)}


def _safety(page: Page) -> Values:
    plan = page.deck.draw("safety")
    return {
        "warning": [{"sign": sign} for sign in plan["signs"]],
        "own": [{"act": act} for act in plan["acts"]],
        "people": [{"who": plan["who"]}],
        "care": [
            {"unit": "Psykiatriska akutmottagningen", "phone": "021-990 90 00", "hours": "dygnet runt"},
            {"unit": "1177", "phone": "1177", "hours": "dygnet runt"},
        ],
        "means": plan["means"],
        "reasons": plan["reasons"],
        "reviewed": page.day,
    }


def _reflection(page: Page) -> Values:
    summary, learned, hard, question = page.chance.choice(page.deck.texts("reflections")[page.module_key])
    return {
        "summary": summary,
        "learned": learned,
        "hard": hard,
        "question": question,
        "understood": page.ten(7),
        "useful": page.ten(6, 2),
        "minutes_spent": page.chance.randrange(45, 240, 5),
        "alliance": page.chance.randint(6, 10),
    }


def _analysis(page: Page) -> Values:
    stone = page.deck.draw("analyses")
    texts = {name: stone[name] for name in ("situation", "thoughts", "did", "short", "long", "alternative")}
    emotions = [{"emotion": stone["emotion"], "intensity": page.percent(40, 90)}]
    return {"when": page.moment, "emotions": emotions, **texts}


def _values(page: Page) -> Values:
    chosen = page.deck.some("values", page.chance.choice((3, 4)))
    return {
        "areas": [
            {**card, "importance": page.chance.randint(6, 10), "living": page.ten(3, 2)} for card in chosen
        ]
    }


def _activity(page: Page) -> Values:
    plan = page.deck.draw("planned")
    outcome = page.chance.choices(("done", "partly", "moved", "not"), (55, 20, 10, 15))[0]
    values = {
        "activity": plan["activity"],
        "value_area": plan["area"],
        "planned_at": page.moment,
        "minutes": plan["minutes"],
        "expected_difficulty": page.chance.randint(3, 8),
        "expected_mood": page.ten(3),
        "outcome": outcome,
    }
    if outcome in {"done", "partly"}:
        return {**values, "actual_mood": page.ten(5)}
    return {**values, "barrier": page.chance.choice(data("work")["barriers"])}


def _thought(page: Page) -> Values:
    card = page.deck.draw("thoughts")
    before = page.percent(55, 95)
    return {
        "when": page.moment,
        "situation": card["situation"],
        "automatic_thought": card["thought"],
        "belief_before": before,
        "emotions": [
            {"emotion": card["emotion"], "before": before, "after": max(10, before - page.percent(10, 45))}
        ],
        "trap": [card["trap"]],
        "evidence_for": card["for"],
        "evidence_against": card["against"],
        "alternative": card["alternative"],
        "belief_alternative": page.percent(35, 80),
        "belief_after": max(10, before - page.percent(10, 40)),
    }


def _experiment(page: Page) -> Values:
    card = page.deck.draw("experiments")
    before = page.percent(60, 90)
    return {
        **{name: card[name] for name in ("belief", "prediction", "experiment", "drop", "result", "learned")},
        "belief_before": before,
        "likelihood": page.percent(50, 90),
        "planned_at": page.moment,
        "prediction_true": page.chance.choices(("no", "partly"), (70, 30))[0],
        "belief_after": max(10, before - page.percent(15, 45)),
    }


def _pie(page: Page) -> Values:
    card = page.deck.draw("responsibility")
    # Less than 100 in all: what is left over is her own share.
    shares = page.chance.choice(((30, 25, 15), (40, 20, 10), (35, 15, 25)))
    slices = [{"cause": cause, "percent": share} for cause, share in zip(card["causes"], shares, strict=True)]
    return {"event": card["event"], "own_before": page.percent(70, 95), "slices": slices}


def _effects(page: Page) -> Values:
    return {"items": page.deck.some("effects", page.chance.choice((0, 0, 1, 2)))}


def _worry(page: Page) -> Values:
    postponed = page.chance.randint(1, 9)
    return {
        "date": page.day,
        "plan_at": page.chance.choice(("17:00", "17:30", "18:15", "19:00")),
        "length": page.chance.choice((15, 20, 20, 30)),
        "postponed": postponed,
        "held": page.chance.random() < 0.8,
        "left": page.chance.randint(0, postponed),
        "control": page.percent(25, 75),
        "note": page.deck.draw("worry_notes"),
    }


def _problem(page: Page) -> Values:
    card = page.deck.draw("problems")
    return {
        "problem": card["problem"],
        "options_list": [
            {"option": option, "pro": page.chance.randint(4, 9), "con": page.chance.randint(1, 7)}
            for option in card["options"]
        ],
        "choice": card["choice"],
        "steps": [
            {"step": step, "by": page.in_days(2 + 3 * number), "done": False}
            for number, step in enumerate(card["steps"])
        ],
    }


def _ladder(page: Page) -> Values:
    rungs = page.deck.draw("ladders")
    steps = [
        {"situation": situation, "suds": suds, "feared_outcome": feared, "status": "todo"}
        for situation, suds, feared in rungs
    ]
    steps[0]["status"] = "doing"
    return {"steps": steps}


def _sleep(page: Page) -> Values:
    hour = page.chance.choice((22, 23))
    return {
        "date": page.day,
        "bed_time": f"{hour}:{page.chance.choice((0, 15, 30)):02d}",
        "lights_out": f"{hour}:{page.chance.choice((30, 45)):02d}",
        "sol": page.chance.randrange(10, 75, 5),
        "awakenings": page.chance.randint(0, 3),
        "waso": page.chance.randrange(0, 60, 5),
        "final_wake": f"0{page.chance.choice((5, 6))}:{page.chance.choice((0, 15, 30, 45)):02d}",
        "out_of_bed": f"07:{page.chance.choice((0, 15, 30)):02d}",
        "naps": page.chance.choice((0, 0, 0, 20, 40)),
        "quality": page.ten(4),
        "rested": page.ten(4),
        "dozed_risk": page.chance.random() < 0.08,
        "caffeine_after_14": page.chance.random() < 0.25,
    }


def _rules(page: Page) -> Values:
    rules = page.chance.sample(
        ["sleepy", "only_sleep", "up20", "same_rise", "no_nap"], page.chance.choice((2, 3))
    )
    got_up = page.chance.randint(0, 2)
    return {"date": page.day, "rules": sorted(rules), "got_up": got_up, "quiet": page.deck.draw("bedtime")}


def _relapse(page: Page) -> Values:
    plan = page.deck.texts("plan")
    return {
        "helped": [{"what": what, "use": page.ten(6)} for what in page.chance.sample(plan["helped"], 3)],
        "risk": [{"situation": risk, "plan": answer} for risk, answer in page.chance.sample(plan["risk"], 2)],
        "signals": [
            {"sign": sign, "level": level, "action": action}
            for sign, level, action in page.chance.sample(plan["signals"], 3)
        ],
        "schedule": [{"date": page.in_days(30 * month)} for month in (1, 2, 3)],
        "seek": page.chance.choice(plan["seek"]),
        "letter": page.chance.choice(plan["letter"]),
    }


MAKERS: Mapping[str, Callable[[Page], Values]] = MappingProxyType(
    {
        "weekly_planner": _planner,
        "goal_setting": _goals,
        "activity_diary": _diary,
        "safety_plan": _safety,
        "module_reflection": _reflection,
        "functional_analysis": _analysis,
        "values_compass": _values,
        "activity_schedule": _activity,
        "thought_record": _thought,
        "behavioural_experiment": _experiment,
        "responsibility_pie": _pie,
        "negative_effects_check": _effects,
        "worry_time": _worry,
        "problem_solving": _problem,
        "exposure_hierarchy": _ladder,
        "sleep_diary": _sleep,
        "stimulus_control_plan": _rules,
        "relapse_prevention_plan": _relapse,
    }
)
