"""Shows a draft as a patient would see it; no answer can be given, and what was typed is let go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from csp.constants import SELF
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from wagtail.admin.models import FormState

from programs.block_documents import MediaBox, Stored
from programs.exercise_preview import exercise_preview
from programs.freezing import module_document, newest
from programs.rendering import draw

if TYPE_CHECKING:
    from programs.models.program_pages import DraftPage


# How a page may be looked at: what it says of itself to the browser, by Wagtail's name of the mode.
MODES = {
    "": {},
    "night": {"color_scheme": "dark"},
    "rtl": {"direction": "rtl"},
}
MODE_NAMES = [("", _("By day")), ("night", _("By night")), ("rtl", _("Right to left"))]
WIDTHS = [
    {"name": "narrow", "icon": "mobile-alt", "device_width": 320, "label": _("On a small phone")},
    {"name": "mobile", "icon": "mobile-alt", "device_width": 390, "label": _("On a phone")},
    {"name": "desktop", "icon": "desktop", "device_width": 1280, "label": _("On a computer")},
]


def forget_typed(page: DraftPage, person: Any) -> None:
    """The draft is saved: what its author had typed for the preview is kept no longer.

    Wagtail holds one row for each author and page, of a page that was not saved yet under its parent.
    """
    typed = FormState.objects.filter(
        user=person, content_type=ContentType.objects.get_for_model(page, for_concrete_model=False)
    )
    new = Q(object_id="", parent_object_id=str(page.get_parent().pk))
    typed.filter(Q(object_id=str(page.pk)) | new).delete()


def preview(page: DraftPage, request: HttpRequest, mode: str = "") -> HttpResponse:
    """A module with its steps, or a program with its outline, as the author has typed it, saved or not."""
    context = _module(page) if hasattr(page, "steps") else _program(page)
    context |= MODES.get(mode, {})
    response = render(request, "programs/preview.html", {"page": page, **context})
    # The editor shows it in a frame of its own page, which the patients' policy forbids.
    response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]
    return response


def _module(page: Any) -> dict[str, Any]:
    box = MediaBox()
    program = page.get_parent() if page.pk else None
    language = program.specific.language if program else "sv"
    return module_context(module_document(page, box), box.files, language=language)


def module_context(
    document: Mapping[str, Any], files: Mapping[str, Stored], *, language: str = "sv"
) -> dict[str, Any]:
    """What programs/preview.html shows of a module; `files` are the drafts' pictures and recordings by hash."""
    addresses = {sha256: stored.file.url for sha256, stored in files.items()}
    steps = [
        draw(document, step["key"], lambda sha256: addresses.get(sha256, "")) for step in document["steps"]
    ]
    told = [{"drawn": step, **exercise_preview(step, language=language)} for step in steps]
    return {"goal": document["goal"], "language": language, "steps": told}


def _program(page: Any) -> dict[str, Any]:
    return {"goal": page.summary, "modules": [newest(child) for child in _children(page)]}


def _children(page: Any) -> list[Any]:
    return list(page.get_children().specific()) if page.pk else []
