"""Where in the editor each finding about a draft is mended: its module, at its step; else the program's own page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from programs.block_checks import Problem
from programs.freezing import newest

if TYPE_CHECKING:
    from programs.models import ModulePage, ProgramPage

# What a place ends with: the key of the module or step, which titles may share.
KEY_LAST = re.compile(r"\(([^()]+)\)$")


def with_ways(found: Iterable[Problem], page: ProgramPage) -> list[Problem]:
    """The findings with the address where the author mends each; nothing is asked where there are none."""
    listed = list(found)
    if not listed:
        return listed
    ways = {
        key: way for child in page.get_children().specific() for key, way in ways_in(newest(child)).items()
    }
    here = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return [replace(one, way=ways.get(_key(one.place), here)) for one in listed]


def ways_in(module: ModulePage) -> dict[str, str]:
    """From the keys of a module and of its steps to their addresses in the editor."""
    address = reverse("wagtailadmin_pages:edit", args=[module.pk])
    steps = {child.value["key"]: f"{address}#block-{child.id}-section" for child in module.steps}
    return {**steps, module.key: address}


def within(found: Iterable[Problem], module: Any) -> list[Problem]:
    """The findings about one module, each with the way to its step on the same page."""
    ways = ways_in(module)
    return [replace(one, way=ways.get(_key(one.place), "")) for one in found]


def _key(place: str) -> str:
    ends = KEY_LAST.search(place)
    return ends[1] if ends else place
