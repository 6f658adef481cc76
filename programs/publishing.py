"""Publishes a program: its drafts become a new version; running treatments stay on theirs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person, RoleAssignment
from ikbt.accounts.roles import Act
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor, record
from ikbt.common import clock
from measurements.unit_instruments import instruments_of
from programs.comparing import compare
from programs.freezing import FrozenProgram, freeze
from programs.media import keep
from programs.models import FrozenModule, Program, ProgramVersion, UnitPage
from programs.preflight import Problem, problems_of

if TYPE_CHECKING:
    from programs.models import ProgramPage


class Unpublishable(ValueError):
    """The draft can't be published; `problems` says why, one sentence each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(str(problem) for problem in self.problems))


class DraftChanged(ValueError):
    """The draft is no longer what the publisher looked at."""


class NotAPublisher(PermissionError):
    """She holds no running role that may publish at the unit."""


def publish(
    page: ProgramPage, *, by: Person | None, at: datetime, note: str = "", seen: str | None = None
) -> ProgramVersion:
    """Freeze the drafts below `page` and store them as the program's next version.

    The number's first part grows when a step came or went, else the second. Running treatments stay.
    `by` is None when the system brings a shipped program; `seen` is the hash of what the publisher looked at.
    Raises NotAPublisher, Unpublishable with what preflight found, or DraftChanged.
    """
    unit = unit_of(page)
    if by is not None and not may_publish(by, unit, at):
        raise NotAPublisher(f"{by.pk} may not publish at {unit.pk}.")
    with transaction.atomic():
        program = _locked_program(page, unit)
        frozen = freeze(page)
        _refuse_unfit(page, frozen, seen)
        version = _store(program, page, frozen, by=by, at=at, note=note)
        actor = Actor(id=by.pk, role="publisher", unit=unit.pk) if by else SYSTEM
        record(
            Entry.Action.CREATE, by=actor, kind="program version", object_id=version.pk, reason=version.number
        )
    return version


def publish_when_changed(
    page: ProgramPage, *, by: Person | None, at: datetime, note: str = ""
) -> ProgramVersion:
    """The current version when the drafts are what it holds, else a new one; raises as `publish`."""
    current = latest_version(page)
    if current is not None and current.content_hash == freeze(page).content_hash:
        return current
    return publish(page, by=by, at=at, note=note)


def may_publish(person: Person, unit: CareUnit, at: datetime) -> bool:
    """She holds a running role at this very unit that may publish."""
    roles = RoleAssignment.objects.running(at).of(person).that_may(Act.PUBLISH_PROGRAMS)
    return roles.filter(unit=unit).exists()


def unit_of(page: ProgramPage) -> CareUnit:
    """The care unit that owns the page."""
    unit: CareUnit = UnitPage.objects.select_related("unit").ancestor_of(page).get().unit
    return unit


def findings(page: ProgramPage, frozen: FrozenProgram) -> list[Problem]:
    """What preflight finds, and whether the program's key is its own, those that stop publishing first."""
    instruments = instruments_of(unit_of(page), on=clock.today())
    return [*_key_problems(page, frozen.program["key"]), *problems_of(frozen, instruments)]


def latest_version(page: ProgramPage) -> ProgramVersion | None:
    """The newest version of the program that is drafted on this page."""
    return ProgramVersion.objects.filter(program__page=page).order_by("-major", "-minor").first()


def _key_problems(page: ProgramPage, key: str) -> list[Problem]:
    own = Program.objects.filter(page=page).first()
    if own is not None and own.key != key:
        return [Problem(key, _("The program's key was %(key)s and can't change.") % {"key": own.key})]
    others = Program.objects.filter(unit=unit_of(page), key=key, page__isnull=False).exclude(page=page)
    return [Problem(key, _("Another program of the unit has this key."))] if others.exists() else []


def _locked_program(page: ProgramPage, unit: CareUnit) -> Program | None:
    # Two who publish at once queue here, so that each gets a number of its own.
    standing = Program.objects.select_for_update().filter(page=page).first()
    # A program whose draft was removed is taken up again by a draft with its key.
    return standing or Program.objects.select_for_update().filter(unit=unit, key=page.key, page=None).first()


def _refuse_unfit(page: ProgramPage, frozen: FrozenProgram, seen: str | None) -> None:
    if seen is not None and seen != frozen.content_hash:
        raise DraftChanged("The draft was changed after it was looked at.")
    if stopping := [problem for problem in findings(page, frozen) if problem.stops]:
        raise Unpublishable(stopping)


def _store(
    program: Program | None,
    page: ProgramPage,
    frozen: FrozenProgram,
    *,
    by: Person | None,
    at: datetime,
    note: str,
) -> ProgramVersion:
    title, key = frozen.program["title"], frozen.program["key"]
    program = program or Program(unit=unit_of(page), key=key)
    program.title, program.page = title, page
    program.save()
    major, minor = _next_number(program, frozen)
    version = ProgramVersion.objects.create(
        program=program,
        major=major,
        minor=minor,
        outline=frozen.outline,
        content_hash=frozen.content_hash,
        release_note=note,
        published_at=at,
        published_by=by,
    )
    FrozenModule.objects.bulk_create(
        FrozenModule(
            version=version,
            position=position,
            key=module.document["key"],
            document=module.document,
            definitions=module.definitions,
        )
        for position, module in enumerate(frozen.modules, start=1)
    )
    for sha256, stored in frozen.media.items():
        with stored.file.open("rb") as opened:
            keep(opened, sha256)
    return version


def _next_number(program: Program, frozen: FrozenProgram) -> tuple[int, int]:
    last = program.versions.order_by("-major", "-minor").first()
    if last is None:
        return 1, 0
    before = [module.document for module in last.modules.all()]
    changes = compare(before, (module.document for module in frozen.modules))
    return (last.major + 1, 0) if changes.is_major else (last.major, last.minor + 1)
