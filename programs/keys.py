"""Keys for new programs, modules and steps, so that no author has to invent one; and which may not be changed."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.text import slugify

LONGEST = 40
# Without letters and digits that are mistaken for each other when a key is read aloud.
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_step_key() -> str:
    """Random: two authors may write steps in the same program, and a copied step must get a key of its own.

    >>> len(new_step_key())
    10
    """
    return "s-" + "".join(secrets.choice(SIGNS) for _ in range(8))


def new_module_key(taken: Collection[str]) -> str:
    """The first free of m01, m02 and so on.

    >>> new_module_key({"m01", "m03"})
    'm02'
    """
    numbers = (f"m{number:02}" for number in range(1, len(taken) + 2))
    return next(key for key in numbers if key not in taken)


def new_program_key(title: str, taken: Collection[str]) -> str:
    """The title's words, numbered when another program of the unit has them.

    >>> new_program_key("Sömn & vila", {"somn-vila"})
    'somn-vila-2'
    """
    words = slugify(title)[: LONGEST - 4].strip("-") or "program"
    numbered = (f"{words}-{number}" for number in range(2, len(taken) + 3))
    return next(key for key in (words, *numbered) if key not in taken)


def released_steps_renamed(
    before: Mapping[str, str], after: Mapping[str, str], released: Collection[str]
) -> list[str]:
    """Keys of released steps that a draft has given another key; each side is {block id: key}."""
    return sorted(
        key for block, key in before.items() if key in released and after.get(block, key) not in {key, ""}
    )


def step_keys(stream: Any) -> dict[str, str]:
    """{block id: key} of a module's steps, as Wagtail holds them."""
    return {str(child.id): child.value["key"] for child in stream if child.id}
