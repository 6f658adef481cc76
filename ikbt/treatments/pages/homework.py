"""Homework as the patient sees it: where each task is done, and how far she has come by what she has handed in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from ikbt.treatments.access import MyModule
from ikbt.treatments.models import Treatment
from ikbt.treatments.pages.frame import address
from ikbt.treatments.paths import handed_in_counts, way_of
from programs.models import FrozenModule
from programs.rendering import DrawnStep, steps_of
from programs.tailoring.path import tailors_steps


def with_homework(my: MyModule, step: DrawnStep) -> DrawnStep:
    """The step with its homework's tasks told; asks the database only when the step has homework."""
    if not any(block["type"] == "homework" for block in step.blocks):
        return step
    hidden = hidden_from_her(my.treatment, my.module)
    needs = {one.key: one.required_count if one.exercise else 0 for one in steps_of(my.module)}
    counts = handed_in_counts(my.treatment)
    blocks = [
        {**block, "tasks": [_told(my, task, needs, counts) for task in block["tasks"]]}
        if block["type"] == "homework"
        else block
        for block in without_hidden(step, hidden).blocks
    ]
    return replace(step, blocks=blocks)


def hidden_from_her(treatment: Treatment, module: FrozenModule) -> frozenset[str]:
    """Keys of the module's steps that she does not see; asks nothing where everybody sees the same."""
    if not tailors_steps(module.document):
        return frozenset()
    seen = {one["key"] for one in way_of(treatment).steps(module.document)}
    return frozenset(one["key"] for one in module.document["steps"]) - seen


def without_hidden(step: DrawnStep, hidden: Collection[str]) -> DrawnStep:
    """Without tasks that are done in steps she does not see, and without homework that is all of that kind."""
    blocks = [
        {**block, "tasks": [task for task in block["tasks"] if task["step"] not in hidden]}
        if block["type"] == "homework"
        else block
        for block in step.blocks
    ]
    return replace(step, blocks=[one for one in blocks if one["type"] != "homework" or one["tasks"]])


def _told(
    my: MyModule, task: Mapping[str, Any], needs: Mapping[str, int], counts: Mapping[str, int]
) -> dict[str, Any]:
    key = task["step"]
    if key not in needs:
        return dict(task)
    need, count = needs[key], counts.get(key, 0)
    # A step without an exercise is done when she says so; one with, when there are entries enough.
    done = count >= need if need else key in my.progress.steps_done
    place = address("step", my, module_key=my.module.key, step_key=key)
    return {**task, "url": place, "state": "done" if done else "left", "count": count, "need": need}
