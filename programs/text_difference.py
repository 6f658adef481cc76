"""Pure: decides which words came, went or stayed between two texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from types import MappingProxyType

from django.utils.html import strip_tags

# A word with the space after it, or a line's end by itself: put together again they are the text.
TOKEN = re.compile(r"\n|[^\s]+[^\S\n]*|[^\S\n]+")
# Tags that end a line when one reads; all others stand within one.
BREAKS = re.compile(r"</(?:p|h[1-6]|li|blockquote|td|th|tr)>|<br\s*/?>", re.IGNORECASE)
# Beyond this the words of two texts have so little in common that word by word tells nothing.
LEAST_IN_COMMON = 0.2


class Mark(StrEnum):
    """What happened to a stretch of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Stretch:
    """Words that share a fate."""

    mark: Mark
    text: str


def difference(old: str, new: str) -> list[Stretch]:
    """The new text with what went in its place, word by word; whole texts where they have next to nothing in common."""
    if old == new:
        return [Stretch(Mark.SAME, old)] if old else []
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    matcher = SequenceMatcher(
        a=[one.strip(" ") for one in before], b=[one.strip(" ") for one in after], autojunk=False
    )
    if matcher.quick_ratio() < LEAST_IN_COMMON:
        return _stretches((Mark.REMOVED, old), (Mark.ADDED, new))
    found = []
    for tag, start, end, begin, stop in matcher.get_opcodes():
        if tag == "equal":
            found.append((Mark.SAME, "".join(after[begin:stop])))
            continue
        found += [(Mark.REMOVED, "".join(before[start:end])), (Mark.ADDED, "".join(after[begin:stop]))]
    return _stretches(*found)


def _stretches(*parts: tuple[Mark, str]) -> list[Stretch]:
    return [Stretch(mark, text) for mark, text in parts if text]


def readable(value: object, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """A stored value as lines of text that one can compare: HTML without its tags, a list line by line.

    `names`: what people call its keys.
    """
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, Mapping):
        return _lines(_named(str(key), part, names) for key, part in value.items())
    if isinstance(value, list | tuple):
        return _lines(readable(part, names) for part in value)
    return _said(value)


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(text for text in texts if text)


def _said(value: object) -> str:
    if value is None or value is False:
        return ""
    return "✓" if value is True else str(value)


# Reads as text by itself: its name would say nothing.
UNNAMED = frozenset({"html", "text"})


def _named(key: str, value: object, names: Mapping[str, str]) -> str:
    text = readable(value, names)
    if not text or key in UNNAMED:
        return text
    name = names.get(key, key)
    return f"{name}:\n{text}" if "\n" in text else f"{name}: {text}"


def _plain(text: str) -> str:
    if "<" not in text:
        return text.strip()
    lines = strip_tags(BREAKS.sub("\n", text)).replace("&amp;", "&").splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())
