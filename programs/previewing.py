"""Shows a draft as a patient would see it; saves nothing, and no answer can be given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp.constants import SELF
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from programs.exercises.definitions import load_all
from programs.freezing import MediaBox, module_document, newest
from programs.rendering import DrawnStep, draw

if TYPE_CHECKING:
    from programs.models.program_pages import DraftPage


def preview(page: DraftPage, request: HttpRequest) -> HttpResponse:
    """A module with its steps, or a program with its outline, as the author has typed it, saved or not."""
    context = _module(page) if hasattr(page, "steps") else _program(page)
    response = render(request, "programs/preview.html", {"page": page, **context})
    # The editor shows it in a frame of its own page, which the patients' policy forbids.
    response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]
    return response


def _module(page: Any) -> dict[str, Any]:
    box = MediaBox()
    document = module_document(page, box)
    addresses = {sha256: stored.file.url for sha256, stored in box.files.items()}
    steps = [
        draw(document, step["key"], lambda sha256: addresses.get(sha256, "")) for step in document["steps"]
    ]
    return {"goal": document["goal"], "steps": [_with_fields(step) for step in steps]}


def _with_fields(step: DrawnStep) -> dict[str, Any]:
    known = load_all().get(step.exercise["exercise"]) if step.exercise else None
    asked = known.asked(frozenset(step.exercise["fields"] or ()) or None) if known and step.exercise else ()
    return {
        "drawn": step,
        "name": known.name["sv"] if known else "",
        "fields": [one.label["sv"] for one in asked],
    }


def _program(page: Any) -> dict[str, Any]:
    return {"goal": page.summary, "modules": [newest(child) for child in _children(page)]}


def _children(page: Any) -> list[Any]:
    return list(page.get_children().specific()) if page.pk else []
