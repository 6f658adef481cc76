"""Which HTML may stand in a program: a few tags, and a link's address; everything else is taken out."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

TAGS = frozenset({"p", "h2", "h3", "ul", "ol", "li", "strong", "em", "a"})
SCHEMES = frozenset({"http", "https", "mailto"})
# Wagtail's editor writes b and i; the file format has one word for each.
EDITORS_TAGS = {"b": "strong", "i": "em"}
EDITORS_TAG = re.compile(r"<(/?)([bi])>")


def clean(html: str) -> str:
    """The fragment with allowed tags only, scripts gone with their content; safe to show as it is.

    Links lead to http, https, mailto or a path of our own.
    """
    kept = nh3.clean(
        html,
        tags=set(TAGS | EDITORS_TAGS.keys()),
        attributes={"a": {"href"}},
        url_schemes=set(SCHEMES),
        clean_content_tags={"script", "style"},
        link_rel=None,
    )
    # After cleaning, b and i carry no attributes and a "<" in running text is "&lt;".
    return EDITORS_TAG.sub(lambda match: f"<{match[1]}{EDITORS_TAGS[match[2]]}>", kept)


class _Foreign(HTMLParser):
    """Collects what an author's file may not hold."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.found.append(f"<{tag}>")
        self.found += [f"the attribute {name}" for name, _ in attrs if (tag, name) != ("a", "href")]
        self.found += [
            f"a link to {value}" for _, value in attrs if tag == "a" and not _leads_somewhere(value)
        ]

    def handle_comment(self, data: str) -> None:
        self.found.append("a comment")


def foreign_parts(html: str) -> list[str]:
    """What `clean` would take out of a file's fragment, in words; empty when all is allowed."""
    reader = _Foreign()
    reader.feed(html)
    reader.close()
    return reader.found


def _leads_somewhere(address: str | None) -> bool:
    scheme, colon, _ = (address or "").strip().partition(":")
    return not colon or "/" in scheme or scheme.lower() in SCHEMES
