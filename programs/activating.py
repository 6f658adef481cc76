"""Decides who lets a unit treat by a version, when another takes over, and when nobody starts on one any more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ikbt.accounts.models import CareUnit, Person, RoleAssignment
from ikbt.accounts.roles import Act
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor, record
from programs.models import Activation, Program, ProgramVersion, Withdrawal


class NotActivated(ValueError):
    """The unit can't begin or end with it so; the sentence says why."""


def activate(
    version: ProgramVersion, *, unit: CareUnit, by: Person | None, at: datetime, follows: bool = False
) -> Activation:
    """New treatments at the unit start on this version from now on; the one before it of the same program ends.

    With `follows` a later version of the same first number takes over by itself. `by` is None when the
    system sets up a shipped program. What is so already is returned as it is. Raises NotActivated.
    """
    actor = _actor(by, Act.ACTIVATE_PROGRAMS, unit, at)
    with transaction.atomic():
        # Whoever withdraws it locks its program too: nobody begins with what is being taken back.
        Program.objects.select_for_update().get(pk=version.program_id)
        # Two managers who activate in the same moment wait here for one another.
        CareUnit.objects.select_for_update().get(pk=unit.pk)
        if Withdrawal.objects.filter(version=version).exists():
            raise NotActivated(_("The version has been withdrawn: no new treatment may start on it."))
        running = Activation.objects.running().filter(unit=unit, program=version.program_id).first()
        if running is not None and (running.version_id, running.follows) == (version.pk, follows):
            return running
        if running is not None:
            _end(running, by=by, at=at)
        made = Activation.objects.create(
            unit=unit,
            program_id=version.program_id,
            version=version,
            follows=follows,
            activated_at=at,
            activated_by=by,
        )
        record(
            Entry.Action.CREATE, by=actor, kind="program activation", object_id=made.pk, reason=version.number
        )
    return made


def deactivate(program: Program, *, unit: CareUnit, by: Person, at: datetime) -> None:
    """No new treatment starts on the program at the unit; those that run go on. Raises NotActivated."""
    actor = _actor(by, Act.ACTIVATE_PROGRAMS, unit, at)
    with transaction.atomic():
        CareUnit.objects.select_for_update().get(pk=unit.pk)
        running = Activation.objects.running().filter(unit=unit, program=program).first()
        if running is None:
            return
        _end(running, by=by, at=at)
        record(Entry.Action.CHANGE, by=actor, kind="program activation", object_id=running.pk)


def take_over(version: ProgramVersion, *, at: datetime) -> int:
    """A new version takes over where a unit has chosen to follow its first number; at how many."""
    following = Activation.objects.running().filter(
        program=version.program_id, follows=True, version__major=version.major
    )
    units = [one.unit for one in following.exclude(version=version).select_related("unit")]
    for unit in units:
        activate(version, unit=unit, by=None, at=at, follows=True)
    return len(units)


def withdraw(version: ProgramVersion, *, reason: str, by: Person, at: datetime) -> None:
    """Take a version back: it ends at every unit, and none can begin with it. Raises NotActivated.

    Treatments that run go on; a dangerous module is recalled as well, which reaches its patients.
    """
    owner = version.program.unit
    actor = _actor(by, Act.PUBLISH_PROGRAMS, owner, at)
    if not reason.strip():
        raise NotActivated(_("Say why the version is withdrawn: the units that use it read it."))
    with transaction.atomic():
        Program.objects.select_for_update().get(pk=version.program_id)
        if Withdrawal.objects.filter(version=version).exists():
            return
        Withdrawal.objects.create(version=version, reason=reason.strip(), at=at, by=by)
        for running in Activation.objects.running().filter(version=version):
            _end(running, by=by, at=at)
        record(
            Entry.Action.CREATE,
            by=actor,
            kind="program withdrawal",
            object_id=version.pk,
            reason=version.number,
        )


def _end(running: Activation, *, by: Person | None, at: datetime) -> None:
    running.ended_at, running.ended_by = at, by
    running.save(update_fields=["ended_at", "ended_by"])


def _actor(by: Person | None, act: Act, unit: CareUnit, at: datetime) -> Actor:
    if by is None:
        return SYSTEM
    held = RoleAssignment.objects.running(at).of(by).that_may(act).filter(unit=unit).first()
    if held is None:
        raise NotActivated(_("You have no role at the unit that lets you do this."))
    return Actor(id=by.pk, role=held.role, unit=unit.pk)
