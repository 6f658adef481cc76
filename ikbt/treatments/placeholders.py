"""Pure: decides what stands to be filled in in a text from a template, and that none of it is sent unfilled."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# A word or a few between braces, which begins with a letter.
PLACEHOLDER = re.compile(r"\{([^\W\d_][\w -]{0,59})\}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with what is known; what is not known keeps its braces."""

    def put(found: re.Match[str]) -> str:
        return values.get(found[1].strip().casefold()) or found[0]

    return PLACEHOLDER.sub(put, text)


def unfilled(text: str) -> list[str]:
    """What still stands in braces, each once, in its order."""
    return list(dict.fromkeys(found[0] for found in PLACEHOLDER.finditer(text)))


def check_filled(text: str) -> None:
    """ValidationError that names what is left to fill in."""
    left = unfilled(text)
    if left:
        raise ValidationError(
            _("Fill in %(left)s before you send. Your text is kept as a draft."),
            code="unfilled",
            params={"left": ", ".join(left)},
        )
