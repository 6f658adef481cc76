"""What needs looking after though nothing is broken: links, sources, headings. Asks no other server. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from html.parser import HTMLParser
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from programs.block_checks import Problem

# A proposal: knowledge pages of agencies are mostly looked over once a year.
SOURCE_MONTHS = 12
DAYS_A_MONTH = 30.4
HTML_PARTS = ("html", "intro")

Document = Mapping[str, Any]


class _Marks(HTMLParser):
    """Links and headings of a fragment, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.headings: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")
        elif tag in {"h2", "h3"}:
            self.headings.append(tag)


def to_look_after(program: Document, modules: Sequence[Document], *, today: date) -> list[Problem]:
    """Findings about a program's sources and its modules' links and headings; none of them stops publishing."""
    found = [*_source_problems(program, today)]
    addresses = [source["url"] for source in program["sources"]]
    for module in modules:
        found += module_to_look_after(module, sources=addresses)
    return found


def module_to_look_after(module: Document, *, sources: Collection[str | None]) -> list[Problem]:
    """The same for one module; `sources` are the addresses of its program's."""
    known = {_page_of(address) for address in sources if address}
    return [problem for step in module["steps"] for problem in _step_problems(step, known)]


def _source_problems(program: Document, today: date) -> Iterator[Problem]:
    for source in program["sources"]:
        named, address, checked = {"source": source["title"]}, source["url"], source["checked"]
        if address and _fault_of(address):
            yield Problem(
                program["title"], _("The address of %(source)s leads nowhere.") % named, stops=False
            )
        if address and not checked:
            said = _("Say when %(source)s was last looked at: open it, and write today's date.")
            yield Problem(program["title"], said % named, stops=False)
        elif address and _months(date.fromisoformat(checked), today) >= SOURCE_MONTHS:
            months = _months(date.fromisoformat(checked), today)
            said = ngettext_lazy(
                "%(source)s was last looked at %(months)d month ago: look whether it still says so.",
                "%(source)s was last looked at %(months)d months ago: look whether it still says so.",
                months,
            )
            yield Problem(program["title"], str(said % {**named, "months": months}), stops=False)


def _months(then: date, today: date) -> int:
    return int((today - then).days / DAYS_A_MONTH)


def _step_problems(step: Document, known: Collection[str]) -> Iterator[Problem]:
    place = f"{step['title']} ({step['key']})"
    marks = [_Marks(block.get(part) or "") for block in step["blocks"] for part in HTML_PARTS]
    yield from _link_problems(place, chain.from_iterable(mark.links for mark in marks), known)
    yield from _heading_problems(place, list(chain.from_iterable(mark.headings for mark in marks)))


def _link_problems(place: str, addresses: Iterable[str], known: Collection[str]) -> Iterator[Problem]:
    for address in addresses:
        fault = _fault_of(address)
        if fault is None and address.startswith("http") and _page_of(address) not in known:
            # What a patient is sent to read is a source like any other: somebody has looked at it on a day.
            fault = _(
                "The link %(address)s is not among the program's sources: "
                "add it there with the day you looked at it."
            )
        if fault:
            yield Problem(place, fault % {"address": address or "–"}, stops=False)


def _page_of(address: str) -> str:
    """The same for addresses that differ in the place on the page or the last stroke alone."""
    return address.partition("#")[0].rstrip("/")


def _heading_problems(place: str, headings: list[str]) -> Iterator[Problem]:
    if "h3" in headings and "h2" not in headings[: headings.index("h3")]:
        said = _("A small heading stands without a large one above it in the step.")
        yield Problem(place, said, stops=False)


def _fault_of(address: str) -> Any:
    """What is wrong with a link as it is written; None when nothing is. Nobody is asked whether the page stands."""
    if address.startswith("/"):
        return _("The link %(address)s leads into this site, which a unit elsewhere does not have.")
    try:
        parts = urlsplit(address)
    except ValueError:
        return _("The link %(address)s leads nowhere.")
    if parts.scheme == "mailto":
        return None if "@" in parts.path else _("The link %(address)s leads nowhere.")
    if parts.scheme not in {"http", "https"} or "." not in (parts.hostname or ""):
        return _("The link %(address)s leads nowhere.")
    return _("The link %(address)s is not encrypted: use https.") if parts.scheme == "http" else None
