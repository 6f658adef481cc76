"""Draws a page or a part of its frame once for the same values and language, instead of each time.

It is given all that it shows, so that it is the same for whoever gives the same. What is one person's own - her name,
her addresses, what she wrote, the token - is not given to it, since what is kept outlasts the request: a hole stands
there, and is filled on each page.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# Some five parts for each of a few hundred treatments that are at work in one process.
PARTS_KEPT = 2000
# A page has some twenty kilobytes.
PAGES_KEPT = 1000
PLAIN = frozenset({str, SafeString, int, bool, type(None)})
# Another in each process, so that nobody can write a hole into her text.
_HOLES = f"hole-{secrets.token_hex(12)}-"


def hole(name: str) -> str:
    """What to give instead of something that is filled in later; no escape changes it."""
    return f"{_HOLES}{name}."


# Stands for the token, which is another on each page.
TOKEN = hole("token")


def drawn_once(template: str, values: Mapping[str, object], *, token: object = None) -> SafeString:
    """The template drawn with these values alone, and with this page's CSRF token where it has a form."""
    told = tuple((name, _told(value)) for name, value in values.items())
    # Templates are looked at while one writes them.
    part = (_drawn.__wrapped__ if settings.DEBUG else _drawn)(template, get_language(), told)
    if TOKEN not in part:
        return part
    return mark_safe(part.replace(TOKEN, str(token)))  # noqa: S308 - Django's own token, letters and figures


def page_once(template: str, values: Mapping[str, object], filled: Mapping[str, str]) -> SafeString:
    """The template drawn once with these values alone; `filled` tells for each hole in them what stands there now.

    Text is escaped there as a template would; raises KeyError for a hole that nobody fills.
    """
    told = tuple((name, _told(value)) for name, value in values.items())
    first, rest = (_pieces.__wrapped__ if settings.DEBUG else _pieces)(template, get_language(), told)
    texts = {name: conditional_escape(value) for name, value in filled.items()}
    put_in = [text for place, after in rest for text in (texts[place], after)]
    # Safe: what the template drew, and text that was escaped just now.
    return mark_safe("".join([first, *put_in]))  # noqa: S308


@lru_cache(maxsize=PAGES_KEPT)
def _pieces(
    template: str, language: str | None, told: tuple[tuple[str, Any], ...]
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What was drawn up to the first hole, then each hole with what follows it."""
    drawn = str(render_to_string(template, {name: _value(one) for name, one in told}))
    first, *rest = drawn.split(_HOLES)
    named = (one.partition(".") for one in rest)
    return first, tuple((hole(name), after) for name, _, after in named)


@lru_cache(maxsize=PARTS_KEPT)
def _drawn(template: str, language: str | None, told: tuple[tuple[str, Any], ...]) -> SafeString:
    values = {name: _value(one) for name, one in told}
    return render_to_string(template, {**values, "csrf_token": TOKEN})


def _told(value: object) -> tuple[type, Any]:
    """The value so that it can be compared; with its type, since `1 == True`, and safe text equals unsafe."""
    kind = type(value)
    if kind in PLAIN:
        return kind, value
    if isinstance(value, Promise):
        value = str(value)
    if isinstance(value, Mapping):
        return dict, tuple((key, _told(one)) for key, one in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return list, tuple(_told(one) for one in value)
    return kind, value


def _value(told: tuple[type, Any]) -> object:
    kind, value = told
    if kind is dict:
        return {key: _value(one) for key, one in value}
    if kind is list:
        return [_value(one) for one in value]
    return value
