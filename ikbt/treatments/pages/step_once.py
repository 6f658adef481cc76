"""A step's page, drawn once for all who read the same; what is hers alone is put in each time.

Kept are the program's own words and the unit's frame. Her name, her addresses, her exercise, her homework and the
seconds left of her session are holes (ikbt/common/drawn_once.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ikbt.accounts.session_watch import time_left
from ikbt.common.context import page
from ikbt.common.drawn_once import TOKEN, hole, page_once
from ikbt.treatments.access import MyModule

TEMPLATE = "treatments/step.html"
EXERCISE = "treatments/_exercise.html"
NAME, LEFT, TREATMENT = hole("name"), hole("session-left"), hole("treatment")
# Given as they are: the same for all who read this step at this unit, in this language, at this point.
SHARED = ("unit_name", "crisis_numbers", "sign_out_url", "language", "is_done")
ADDRESSES = ("home_url", "acute_help_url", "module_url", "done_url", "before", "after")


def step_once(request: HttpRequest, my: MyModule, context: Mapping[str, Any]) -> SafeString:
    """The page of treatments/step.html with this context (pages/step.py)."""
    if not _is_as_ever(request, my, context):
        return render_to_string(TEMPLATE, dict(context), request)
    session = time_left(request)
    exercise = context["exercise"]
    parts, live = _parts(request, context)
    her = str(my.treatment.pk)
    step = context["step"]
    values = {name: context[name] for name in SHARED}
    values |= {name: context[name].replace(her, TREATMENT) for name in ADDRESSES}
    values |= {
        "demo_profile": page(request)["demo_profile"],
        "nav": [replace(item, url=item.url.replace(her, TREATMENT)) for item in context["nav"]],
        "module": {"title": context["module"]["title"]},
        "step": {
            "title": step.title,
            "minutes": step.minutes,
            "position": step.position,
            "total": step.total,
            "is_paced": step.is_paced,
            "has_recording": step.has_recording,
            "parts": parts,
        },
        "exercise": {"left": exercise["left"]} if exercise else None,
        "treatment": {"is_running": True},
        "person_name": NAME,
        "csrf_token": TOKEN,
        "session_left": LEFT,
        "session_warning": session.get("session_warning"),
        "session_url": session.get("session_url"),
    }
    filled = {
        NAME: context["person_name"],
        LEFT: str(session.get("session_left", "")),
        TREATMENT: her,
        TOKEN: get_token(request),
        **live,
    }
    return page_once(TEMPLATE, values, filled)


def _is_as_ever(request: HttpRequest, my: MyModule, context: Mapping[str, Any]) -> bool:
    """Whether nothing stands on the page that is seldom there: a notice, a problem, an end."""
    exercise = context["exercise"] or {}
    problems = exercise and exercise["form"] and exercise["form"].problems
    return bool(my.treatment.is_running and not problems and not len(get_messages(request)))


def _parts(
    request: HttpRequest, context: Mapping[str, Any]
) -> tuple[list[dict[str, str]], dict[str, SafeString]]:
    """The step's parts, a hole for each that is drawn for her; and what fills these holes."""
    parts: list[dict[str, str]] = []
    live: dict[str, SafeString] = {}
    for number, part in enumerate(context["step"].parts):
        if "ready" in part:
            parts.append(part)
            continue
        place = hole(f"part-{number}")
        template = EXERCISE if part["type"] == "exercise" else part["template"]
        live[place] = render_to_string(template, {**context, "block": part}, request)
        parts.append({"ready": place})
    return parts, live
