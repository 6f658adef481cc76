"""Decides what in Wagtail is a person's own: her units' pages and shelves, and the start page for its keepers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Act, Role
from programs.models import StartPage, UnitPage
from programs.used_of_wagtail import FOR_EDITORS, FOR_KEEPERS, FOR_REVIEWERS, About, Kind

REVIEWERS = (Role.CLINICAL_REVIEWER, Role.LANGUAGE_REVIEWER)
STORED = {Kind.PICTURE: get_image_model, Kind.RECORDING: get_document_model}


@dataclass(frozen=True)
class Border:
    """Slugs of the units she writes for, whether the start page is hers to keep, and whether she reviews drafts.

    Who only reviews meets nothing of Wagtail's but the frame around pages of ours.
    """

    units: frozenset[str]
    keeps_start_page: bool
    reviews: bool = False

    def about(self, route: str) -> About | None:
        """What an address of Wagtail's is about; None when it does not exist for her."""
        if self.units:
            return FOR_EDITORS.get(route)
        if self.keeps_start_page:
            return FOR_KEEPERS.get(route)
        return FOR_REVIEWERS.get(route) if self.reviews else None

    def holds(self, kind: Kind, key: Any) -> bool:
        """Whether the thing is within the border; one that does not exist isn't."""
        if kind is Kind.NOTHING:
            return True
        if not str(key).isdecimal():
            return False
        if kind in STORED:
            return bool(STORED[kind]().objects.filter(pk=key, collection__name__in=self.units).exists())
        return self._holds_page(key, and_above=kind is Kind.BRANCH)

    def _holds_page(self, key: Any, *, and_above: bool) -> bool:
        page = Page.objects.filter(pk=key).first()
        if page is None:
            return False
        if self.keeps_start_page and StartPage.objects.filter(pk=page.pk).exists():
            return True
        shelves = UnitPage.objects.filter(unit__slug__in=self.units)
        within = shelves.ancestor_of(page, inclusive=True)
        return within.exists() or (and_above and shelves.descendant_of(page).exists())


def border_of(person: Person, *, at: datetime) -> Border:
    """By the roles that run now."""
    running = RoleAssignment.objects.running(at).of(person)
    units = running.that_may(Act.EDIT_PROGRAMS).exclude(unit=None).values_list("unit__slug", flat=True)
    keeps = running.filter(role=Role.ADMINISTRATOR).exists()
    reviews = running.filter(role__in=REVIEWERS).exclude(unit=None).exists()
    return Border(frozenset(units), keeps_start_page=keeps, reviews=reviews)
