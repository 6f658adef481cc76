"""Turns a frozen module into what a step's page draws; asks the database nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from programs.exercises.definitions import ExerciseDefinition, definition_from, load_all

if TYPE_CHECKING:
    from programs.models import FrozenModule

MEDIA_KINDS = frozenset({"image", "audio", "video"})
RECORDINGS = frozenset({"audio", "video"})
# Tags in these parts were limited by freezing; every other part of a block is text and gets escaped.
HTML_PARTS = frozenset({"html", "intro", "drawing"})
# Drawn from the block alone: neither from the reader nor from her page.
SAME_TO_ALL = frozenset({"text", "callout", "quote", "quiz", "pacing", "illustration", "image", "audio"})
MediaAddress = Callable[[str], str]


class UnknownStep(LookupError):
    """The module has no step of this key."""


@dataclass(frozen=True)
class StepSummary:
    """One line of a module's list; `exercise` is the exercise's id or None."""

    key: str
    title: str
    minutes: int
    exercise: str | None
    required_count: int
    optional: bool


@dataclass(frozen=True)
class DrawnStep:
    """One step for programs/_step_blocks.html; `previous` and `following` are keys of its neighbours."""

    key: str
    title: str
    minutes: int
    position: int
    total: int
    blocks: list[dict[str, Any]]
    exercise: dict[str, Any] | None
    previous: str | None
    following: str | None

    @cached_property
    def parts(self) -> list[dict[str, Any]]:
        """The blocks as the page goes through them: what stands ready in a row is one part."""
        runs = groupby(self.blocks, key=lambda block: bool(block.get("ready")))
        return [part for is_ready, run in runs for part in (_joined(run) if is_ready else run)]

    @cached_property
    def has_recording(self) -> bool:
        """Whether the page needs the script that goes on in a recording where it was left."""
        return any(block["type"] in RECORDINGS for block in self.blocks)

    @cached_property
    def is_paced(self) -> bool:
        """Whether the page needs the script that paces a guided exercise."""
        return any(block["type"] == "pacing" for block in self.blocks)


def steps_of(module: FrozenModule) -> list[StepSummary]:
    """The module's steps in order, for lists."""
    return [_summary(step) for step in module.document["steps"]]


def step(module: FrozenModule, key: str) -> DrawnStep:
    """One step of a published module; raises UnknownStep.

    Parts that look the same to everybody are drawn once for each language and kept with the module: whoever needs
    another step than this makes a copy.
    """
    kept: dict[tuple[str | None, str], DrawnStep] = module.__dict__.setdefault("_drawn_steps", {})
    place = (get_language(), key)
    if place not in kept:
        drawn = draw(module.document, key, lambda sha256: media_address(module.version_id, sha256))
        kept[place] = replace(drawn, blocks=[_ready(block) for block in drawn.blocks])
    return kept[place]


def _ready(block: dict[str, Any]) -> dict[str, Any]:
    if block["type"] not in SAME_TO_ALL:
        return block
    return {**block, "ready": render_to_string(block["template"], {"block": block})}


def _joined(run: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"ready": format_html_join("", "{}", ((block["ready"],) for block in run))}]


def exercise_definition(module: FrozenModule, drawn: DrawnStep) -> ExerciseDefinition | None:
    """The definition that the step's exercise was published with; None when the step has no exercise."""
    if drawn.exercise is None:
        return None
    name = drawn.exercise["exercise"]
    shipped = load_all().get(name)
    if shipped is not None and shipped.content_hash == drawn.exercise.get("definition_hash"):
        return shipped
    return definition_from(module.definitions[name])


def media_address(version_id: object, sha256: str) -> str:
    """Where the frozen copy of a picture or recording is served."""
    return reverse("programs:media", args=[version_id, sha256])


def draw(document: Mapping[str, Any], key: str, address: MediaAddress) -> DrawnStep:
    """One step of a module's document, its media where `address` says; raises UnknownStep."""
    steps = document["steps"]
    at = _place_of(steps, key)
    blocks = [
        _drawn(block, f"{key}-{number}", address) for number, block in enumerate(steps[at]["blocks"], 1)
    ]
    return DrawnStep(
        key=key,
        title=steps[at]["title"],
        minutes=steps[at]["minutes"],
        position=at + 1,
        total=len(steps),
        blocks=blocks,
        exercise=next((block for block in blocks if block["type"] == "exercise"), None),
        previous=_key_at(steps, at - 1),
        following=_key_at(steps, at + 1),
    )


def _place_of(steps: Sequence[Mapping[str, Any]], key: str) -> int:
    keys = [found["key"] for found in steps]
    if key not in keys:
        raise UnknownStep(key)
    return keys.index(key)


def _key_at(steps: Sequence[Mapping[str, Any]], place: int) -> str | None:
    return steps[place]["key"] if 0 <= place < len(steps) else None


def _drawn(block: Mapping[str, Any], name: str, address: MediaAddress) -> dict[str, Any]:
    drawn = {
        # Safe: freezing took out every tag and attribute but ours, and put in no drawing but ours; a frozen row is
        # never written again.
        key: mark_safe(value) if key in HTML_PARTS else value  # noqa: S308
        for key, value in block.items()
    }
    drawn |= {"name": name, "template": f"programs/blocks/{block['type']}.html"}
    if block["type"] in MEDIA_KINDS:
        drawn["url"] = address(block["file"])
        drawn["captions_url"] = address(block["captions"]) if block["captions"] else ""
        drawn["poster_url"] = address(block["poster"]) if block.get("poster") else ""
    return drawn


def _summary(found: Mapping[str, Any]) -> StepSummary:
    exercise: Mapping[str, Any] = next(
        (block for block in found["blocks"] if block["type"] == "exercise"), {}
    )
    return StepSummary(
        key=found["key"],
        title=found["title"],
        minutes=found["minutes"],
        exercise=exercise.get("exercise"),
        required_count=exercise.get("required_count", 0),
        optional=exercise.get("optional", False),
    )
