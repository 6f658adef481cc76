"""Which programs are an editor's own, and how each stands: what the welcome in Wagtail's admin lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q
from wagtail.models import Page

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Act, Role, roles_that_may
from programs.models import ProgramPage, ProgramVersion, UnitPage


@dataclass(frozen=True)
class OwnProgram:
    """A draft, its current version (None before the first), and whether it was edited after that."""

    page: ProgramPage
    version: ProgramVersion | None
    is_changed: bool


@dataclass(frozen=True)
class OwnUnit:
    """A unit's page, its programs, and whether the person may publish there."""

    page: UnitPage
    programs: list[OwnProgram]
    may_publish: bool


def own_units(person: Person, *, at: datetime) -> list[OwnUnit]:
    """The units where she may write programs; queries don't grow with the programs of a unit."""
    running = RoleAssignment.objects.running(at).of(person)
    held = list(running.that_may(Act.EDIT_PROGRAMS).exclude(unit=None).values_list("unit", "role"))
    publishing = {unit for unit, role in held if Role(role) in roles_that_may(Act.PUBLISH_PROGRAMS)}
    pages = (
        UnitPage.objects.filter(unit__in={unit for unit, _ in held}).select_related("unit").order_by("title")
    )
    return [OwnUnit(page, _programs_below(page), page.unit_id in publishing) for page in pages]


def _programs_below(unit_page: UnitPage) -> list[OwnProgram]:
    pages = list(ProgramPage.objects.child_of(unit_page).order_by("title"))
    versions = ProgramVersion.objects.current().filter(program__page__in=pages).select_related("program")
    current = {version.program.page_id: version for version in versions.defer("outline")}
    return [
        _standing(page, current.get(page.pk), edited)
        for page, edited in zip(pages, _edited(pages), strict=True)
    ]


def _standing(page: ProgramPage, version: ProgramVersion | None, edited: datetime | None) -> OwnProgram:
    changed = version is not None and edited is not None and edited > version.published_at
    return OwnProgram(page, version, is_changed=changed)


def _edited(pages: Iterable[ProgramPage]) -> list[datetime | None]:
    """When each program or one of its modules was last saved."""
    listed = list(pages)
    below = {
        f"below_{page.pk}": Max("latest_revision_created_at", filter=Q(path__startswith=page.path))
        for page in listed
    }
    found = Page.objects.aggregate(**below) if below else {}
    return [found[f"below_{page.pk}"] for page in listed]
