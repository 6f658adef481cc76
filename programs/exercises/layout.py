"""Decides how an exercise may be laid out beyond a plain form: quick entries, one column a page, pictures."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from programs.exercises.structure import DefinitionError, Reader

if TYPE_CHECKING:
    from programs.exercises.definitions import FieldDefinition

# pairs: bars of one or more figures a row. shares: parts of a whole, `rest` what is left. nights: an actogram.
# week: what is planned, day by day.
PICTURES = frozenset({"pairs", "shares", "nights", "week"})
# What a new entry may begin with: this moment, the part of the day it is, what the entry before said.
DEFAULTS = frozenset({"", "now", "part_of_day", "previous"})


@dataclass(frozen=True)
class Picture:
    """A picture of one entry: the list `of` (empty: the entry itself), what names a row, and its figures."""

    kind: str
    of: str = ""
    label: str = ""
    values: tuple[str, ...] = ()
    rest: str = ""


@dataclass(frozen=True)
class Layout:
    """`quick`: made in some seconds on a phone, so what may be left out is folded. `pages`: fields by page."""

    quick: bool = False
    pages: tuple[tuple[str, ...], ...] = ()
    pictures: tuple[Picture, ...] = ()


def layout_from(reader: Reader | None) -> Layout:
    if reader is None:
        return Layout()
    found = Layout(
        quick=reader.truth("quick", False),
        pages=tuple(each.names("fields") for each in reader.children("pages", [])),
        pictures=tuple(picture_from(each) for each in reader.children("pictures", [])),
    )
    reader.finish()
    return found


def picture_from(reader: Reader) -> Picture:
    found = Picture(
        kind=reader.text("kind"),
        of=reader.text("of", ""),
        label=reader.text("label", ""),
        values=reader.names("values"),
        rest=reader.text("rest", ""),
    )
    reader.finish()
    if found.kind not in PICTURES:
        raise DefinitionError(f"{reader.at}.kind: no picture {found.kind!r}")
    return found


def refuse_unknown_places(
    layout: Layout, fields: Collection[FieldDefinition], derived: Collection[str], at: str
) -> None:
    """Raises DefinitionError when a layout names what is not there, or leaves a required field on no page."""
    own = {field.name: field for field in fields}
    unknown = [*(set(named_by(layout)) - {*own, *derived, ""}), *unknown_beside(own)]
    if unknown:
        raise DefinitionError(f"{at}.layout: no field {min(unknown)}")
    paged = [name for page in layout.pages for name in page]
    if layout.pages and sorted(paged) != sorted(own):
        raise DefinitionError(f"{at}.layout.pages: each field stands on one page")
    refuse_unknown_rows(layout, own, at)


def unknown_beside(own: Mapping[str, FieldDefinition]) -> list[str]:
    """What fields sort by or stand beside and is not there."""
    found: list[str] = []
    for field in own.values():
        inside = {"", *(each.name for each in field.fields)}
        found += {field.sort_by} - inside
        found += {field.shows} - {"", *own}
    return found


def named_by(layout: Layout) -> Iterator[str]:
    for page in layout.pages:
        yield from page
    for picture in layout.pictures:
        yield from (picture.of, picture.rest)
        if not picture.of:
            yield from (picture.label, *picture.values)


def refuse_unknown_rows(layout: Layout, own: Mapping[str, FieldDefinition], at: str) -> None:
    for picture in layout.pictures:
        if picture.of:
            inside = {each.name for each in own[picture.of].fields}
            for name in (picture.label, *picture.values):
                if name not in inside:
                    raise DefinitionError(f"{at}.layout.pictures: no field {picture.of}.{name}")
