"""Which way a program's text is written, for `dir` in templates."""

from __future__ import annotations

from django import template

from programs.languages import direction_of

register = template.Library()


@register.filter
def direction(language: str | None) -> str:
    """ "rtl" or "ltr" for a language's code; the page's own direction when there is none."""
    return direction_of(language or "")
