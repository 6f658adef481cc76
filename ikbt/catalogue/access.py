"""The catalogue's doors: released versions for all staff, never drafts; what one does with them asks for a role."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest

from ikbt.accounts.access import AtUnits, at_units
from ikbt.accounts.roles import Act
from ikbt.accounts.rules import has_second_factor, may
from ikbt.common.doors import CONTENT, Door
from programs.models import Program, ProgramVersion

KIND = "catalogue"


@dataclass(frozen=True)
class AtProgram(AtUnits):
    """Staff before a program that has been released at least once."""

    program: Program


@dataclass(frozen=True)
class AtVersion(AtUnits):
    """Staff before one released version, to do something with it."""

    version: ProgramVersion


def _catalogue(request: HttpRequest) -> AtUnits:
    return at_units(request, Act.READ_CATALOGUE, kind=KIND)


def _program(request: HttpRequest, program_id: UUID, act: Act = Act.READ_CATALOGUE) -> AtProgram:
    at = at_units(request, act, kind=KIND)
    released = Program.objects.filter(pk=program_id, versions__isnull=False)
    found = released.select_related("unit").distinct().first()
    if found is None:
        raise Http404
    return AtProgram(at.person, at.units, at.actor, found)


def _program_to_end(request: HttpRequest, program_id: UUID) -> AtProgram:
    return _program(request, program_id, Act.ACTIVATE_PROGRAMS)


def _version(request: HttpRequest, version_id: UUID, act: Act) -> AtVersion:
    at = at_units(request, act, kind=KIND)
    found = ProgramVersion.objects.select_related("program__unit", "withdrawal").filter(pk=version_id).first()
    if found is None:
        raise Http404
    return AtVersion(at.person, at.units, at.actor, found)


def _to_activate(request: HttpRequest, version_id: UUID) -> AtVersion:
    return _version(request, version_id, Act.ACTIVATE_PROGRAMS)


def _to_copy(request: HttpRequest, version_id: UUID) -> AtVersion:
    return _version(request, version_id, Act.EDIT_PROGRAMS)


def _to_withdraw(request: HttpRequest, version_id: UUID) -> AtVersion:
    at = _version(request, version_id, Act.PUBLISH_PROGRAMS)
    if at.version.program.unit_id not in at.units:
        raise Http404
    return at


reads = has_second_factor & may(Act.READ_CATALOGUE)
activates = has_second_factor & may(Act.ACTIVATE_PROGRAMS)
copies = has_second_factor & may(Act.EDIT_PROGRAMS)
withdraws = has_second_factor & may(Act.PUBLISH_PROGRAMS)

CATALOGUE = Door("the catalogue", CONTENT, "staff with a role at a unit", _catalogue, rule=reads)
A_PROGRAM = Door(
    "a program in the catalogue",
    CONTENT,
    "staff with a role at a unit",
    _program,
    takes=("program_id",),
    rule=reads,
)
TO_ACTIVATE = Door(
    "a version to activate",
    CONTENT,
    "unit manager, for units of her own",
    _to_activate,
    takes=("version_id",),
    rule=activates,
)
TO_END = Door(
    "a program to end at a unit",
    CONTENT,
    "unit manager, for units of her own",
    _program_to_end,
    takes=("program_id",),
    rule=activates,
)
TO_COPY = Door(
    "a version to copy",
    CONTENT,
    "editor or publisher, to units of her own",
    _to_copy,
    takes=("version_id",),
    rule=copies,
)
TO_WITHDRAW = Door(
    "a version to withdraw",
    CONTENT,
    "publisher of the unit that owns the program",
    _to_withdraw,
    takes=("version_id",),
    rule=withdraws,
)
