"""Draws a part of the frame once for the same values and language, instead of on each page.

Such a part is given all that it shows, so that it is the same for whoever gives the same. A person's name is not
given to one: what is kept outlasts the request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# Some five parts for each of a few hundred treatments that are at work in one process.
PARTS_KEPT = 2000
PLAIN = frozenset({str, SafeString, int, bool, type(None)})
# Stands for the token, which is another on each page.
TOKEN = "the-token-of-this-page"  # noqa: S105 - a place, not a secret


def drawn_once(template: str, values: Mapping[str, object], *, token: object = None) -> SafeString:
    """The template drawn with these values alone, and with this page's CSRF token where it has a form."""
    told = tuple((name, _told(value)) for name, value in values.items())
    # Templates are looked at while one writes them.
    part = (_drawn.__wrapped__ if settings.DEBUG else _drawn)(template, get_language(), told)
    if TOKEN not in part:
        return part
    return mark_safe(part.replace(TOKEN, str(token)))  # noqa: S308 - Django's own token, letters and figures


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
