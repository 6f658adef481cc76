"""Further versions of a program, frozen without going through Wagtail; each module as a function of the one before."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from ikbt.common import clock
from programs.freezing import step_outline
from programs.models import FrozenModule, ProgramVersion

Document = dict[str, Any]
Change = Callable[[Document], Document | None]


def titled(title: str) -> Change:
    """The same module under another title."""
    return lambda document: {**deepcopy(document), "title": title}


def without_step(key: str) -> Change:
    """The same module less one step."""

    def changed(document: Document) -> Document:
        new = deepcopy(document)
        new["steps"] = [step for step in new["steps"] if step["key"] != key]
        new["unlock"]["requires"] = [one for one in new["unlock"]["requires"] if one["step"] != key]
        return new

    return changed


def with_step(key: str, title: str) -> Change:
    """The same module with one more step to read."""

    def changed(document: Document) -> Document:
        new = deepcopy(document)
        text = {"type": "text", "html": f"<p>{title}.</p>"}
        new["steps"].append({"key": key, "title": title, "minutes": 1, "blocks": [text]})
        return new

    return changed


def gone(document: Document) -> None:
    """The module is in the next version no more."""


def next_version(
    before: ProgramVersion, *, major: bool, about: Document | None = None, **changes: Change
) -> ProgramVersion:
    """The version after, each module changed by the function under its key; `about`: what its outline says anew."""
    modules = []
    for old in before.modules.all():
        document = changes.get(old.key, deepcopy)(old.document)
        if document is not None:
            modules.append((document, old.definitions))
    outlines = [
        {
            **{key: one[key] for key in ("key", "title", "goal", "unlock", "practice_minutes_per_week")},
            "steps": [step_outline(step) for step in one["steps"]],
        }
        for one, _definitions in modules
    ]
    version = ProgramVersion.objects.create(
        program=before.program,
        major=before.major + 1 if major else before.major,
        minor=0 if major else before.minor + 1,
        outline={**before.outline, **(about or {}), "modules": outlines},
        content_hash=f"{before.major}{before.minor}".rjust(64, "1"),
        published_at=clock.now(),
    )
    for position, (document, definitions) in enumerate(modules, start=1):
        FrozenModule.objects.create(
            version=version,
            position=position,
            key=document["key"],
            document=document,
            definitions=definitions,
        )
    return version
