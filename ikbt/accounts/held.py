"""What a person was sending when her session had ended: decides what of it is carried through sign-in."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.http import QueryDict

# The token is made anew; secrets are never echoed.
LEFT_OUT = frozenset({"csrfmiddlewaretoken", "password", "again", "code", "credential", "held"})
# Shorter values are choices and keys; longer ones are what somebody wrote.
WRITING_CHARACTERS = 12


class Unreadable(ValueError):
    """The held text is not ours."""


@dataclass(frozen=True)
class Held:
    """A form on its way to `path`."""

    path: str
    fields: list[tuple[str, str]]

    @property
    def writings(self) -> list[str]:
        """What she may want to read again before she sends it."""
        return [value for _, value in self.fields if len(value) > WRITING_CHARACTERS and " " in value.strip()]


def take(post: QueryDict) -> str:
    """The posted fields as text for a hidden field: kept in the page, never in a session table."""
    pairs = [(name, value) for name, values in post.lists() if name not in LEFT_OUT for value in values]
    return json.dumps(pairs, ensure_ascii=False)


def give_back(path: str, text: str) -> Held:
    """The form again; raises Unreadable when the text has another shape."""
    try:
        pairs = json.loads(text)
        fields = [(name, value) for name, value in pairs]
    except (ValueError, TypeError) as wrong:
        raise Unreadable("No held form.") from wrong
    if not all(isinstance(part, str) for pair in fields for part in pair):
        raise Unreadable("No held form.")
    return Held(path, [(name, value) for name, value in fields if name not in LEFT_OUT])
