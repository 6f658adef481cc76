"""Copies a released version to another unit's drafts, with where it came from; its text is never moved or shared."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Act
from programs.importing import save_drafts
from programs.models import Program, ProgramPage, ProgramVersion, UnitPage
from programs.unfreezing import FrozenShelf, program_of

LONGEST_KEY = 40


class NotCopied(ValueError):
    """The version can't be copied so; the sentence says why."""


@transaction.atomic
def copy_version(version: ProgramVersion, *, to: UnitPage, by: Person, at: datetime) -> ProgramPage:
    """A draft below the unit's page with everything of the version, media on the unit's own shelf.

    The draft remembers unit, program, number and hash of what it was copied from, so that later changes there
    can be seen and adopted. Its key is its own where the unit already has a program of that key.
    Raises NotCopied for who doesn't write programs at the unit.
    """
    writes = RoleAssignment.objects.running(at).of(by).that_may(Act.EDIT_PROGRAMS).filter(unit=to.unit_id)
    if not writes.exists():
        raise NotCopied(_("You don't write programs at the unit."))
    program, modules = program_of(version)
    program |= {"key": free_key(program["key"], to), "origin": origin_of(version)}
    program.pop("translates", None)
    return save_drafts(program, modules, FrozenShelf(to.unit), unit_page=to, by=by, at=at)


def origin_of(version: ProgramVersion) -> dict[str, str]:
    """What a copy remembers of its source."""
    return {
        "unit": version.program.unit.slug,
        "program": version.program.key,
        "version": version.number,
        "hash": version.content_hash,
    }


def free_key(wanted: str, to: UnitPage) -> str:
    """The key, or the first of key-2, key-3 … that neither a draft nor a program of the unit has."""
    taken = {
        *ProgramPage.objects.child_of(to).values_list("key", flat=True),
        *ProgramPage.objects.child_of(to).values_list("slug", flat=True),
        *Program.objects.filter(unit=to.unit_id).values_list("key", flat=True),
    }
    number, key = 1, wanted
    while key in taken:
        number += 1
        key = f"{wanted[: LONGEST_KEY - len(str(number)) - 1]}-{number}"
    return key
