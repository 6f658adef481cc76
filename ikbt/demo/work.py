"""Makes up what a simulated patient writes in an exercise: plausible Swedish, valid by the exercise's definition."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from ikbt.common.clock import STOCKHOLM
from ikbt.demo.people import data
from programs.exercises.definitions import load_all

Values = dict[str, Any]


def written(exercise: str, *, chance: Random, at: datetime) -> Values:
    """The values of one entry, dated at `at`."""
    maker = MAKERS.get(exercise)
    return maker(chance, at) if maker else _example(exercise, at)


def _example(exercise: str, at: datetime) -> Values:
    """The definition's own example, moved to the day."""
    values = dict(load_all()[exercise].document.get("example") or {})  # type: ignore[call-overload]
    local = at.astimezone(STOCKHOLM)
    for field in load_all()[exercise].fields:
        if field.type == "date" and field.name in values:
            values[field.name] = local.date().isoformat()
        if field.type == "datetime" and field.name in values:
            values[field.name] = local.strftime("%Y-%m-%dT%H:%M")
    return values


def _diary(chance: Random, at: datetime) -> Values:
    block, activity, kind, mood = chance.choice(data("texts")["activities"])
    feeling = min(10, max(0, mood + chance.randint(-1, 1)))
    day = at.astimezone(STOCKHOLM).date().isoformat()
    return {"date": day, "block": block, "activity": activity, "kind": kind, "mood": feeling, "mastery": feeling}


def _goals(chance: Random, at: datetime) -> Values:
    chosen = chance.sample(data("texts")["goals"], chance.choice((1, 2, 3)))
    due = (at + timedelta(weeks=10)).date().isoformat()
    return {
        "goals": [
            {"goal": goal, "first_step": step, "measure": sign, "attainment": chance.randint(0, 4), "target_date": due}
            for goal, step, sign in chosen
        ]
    }


def _reflection(chance: Random, at: datetime) -> Values:
    learned, question = chance.choice(data("texts")["reflections"])
    values: Values = {**_example("module_reflection", at), "learned": learned, "question": question}
    values["summary"] = "Jag läste alla steg och gjorde övningarna så gott det gick."
    return {**values, "understood": chance.randint(4, 10), "useful": chance.randint(4, 10)}


MAKERS = {"activity_diary": _diary, "goal_setting": _goals, "module_reflection": _reflection}
