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
from ikbt.audit.recording import SYSTEM, record
from ikbt.common import clock
from measurements.unit_instruments import instruments_of
from programs.activating import take_over
from programs.block_checks import Problem
from programs.comparing import compare
from programs.facts import facts_of
from programs.freezing import FrozenProgram, freeze
from programs.looking_after import to_look_after
from programs.media import keep
from programs.models import FrozenModule, Program, ProgramVersion, UnitPage
from programs.preflight import problems_of
from programs.translating import State, translation_of

if TYPE_CHECKING:
    from programs.models import ProgramPage


class Unpublishable(ValueError):
    """The draft can't be published; `problems` says why, one sentence each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(str(problem) for problem in self.problems))


class DraftChanged(ValueError):
    """The draft is no longer what the publisher looked at."""


def publish(
    page: ProgramPage, *, by: None, at: datetime, note: str = "", seen: str | None = None
) -> ProgramVersion:
    """For the system, which brings shipped programs: freeze the drafts below `page` as the program's next version.

    People release what others have reviewed: programs/releasing.py. Text over the limit of LIX has nobody here who
    signs it. `seen` is the hash of what was looked at. Raises Unpublishable with what preflight found, or DraftChanged.
    """
    with transaction.atomic():
        program = lock_program(page)
        frozen = freeze(page)
        if seen is not None and seen != frozen.content_hash:
            raise DraftChanged("The draft was changed after it was looked at.")
        refuse_unfit(page, frozen, signed_hard=False)
        version = store_version(program, page, frozen, by=by, at=at, note=note)
        record(
            Entry.Action.CREATE,
            by=SYSTEM,
            kind="program version",
            object_id=version.pk,
            reason=f"{version.number}, brought by the system without review",
        )
    return version


def publish_when_changed(page: ProgramPage, *, by: None, at: datetime, note: str = "") -> ProgramVersion:
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
    documents = [module.document for module in frozen.modules]
    return [
        *_key_problems(page, frozen.program["key"]),
        *problems_of(frozen, instruments),
        *_translation_problems(page),
        *to_look_after(frozen.program, documents, today=clock.today()),
    ]


def latest_version(page: ProgramPage) -> ProgramVersion | None:
    """The newest version of the program that is drafted on this page."""
    return ProgramVersion.objects.filter(program__page=page).order_by("-major", "-minor").first()


def _key_problems(page: ProgramPage, key: str) -> list[Problem]:
    own = Program.objects.filter(page=page).first()
    if own is not None and own.key != key:
        return [Problem(key, _("The program's key was %(key)s and can't change.") % {"key": own.key})]
    others = Program.objects.filter(unit=unit_of(page), key=key, page__isnull=False).exclude(page=page)
    return [Problem(key, _("Another program of the unit has this key."))] if others.exists() else []


def _translation_problems(page: ProgramPage) -> list[Problem]:
    """Steps that still hold the source's own text, and those that the source has left behind."""
    found = translation_of(page)
    if found is None:
        return []
    still, old = (
        _("The step still has the source's text."),
        _("The source has changed since it was translated."),
    )
    untouched = [side for side in found.are(State.UNTRANSLATED) if side.own == side.source]
    return [
        *(Problem(side.key, still) for side in untouched),
        *(Problem(side.key, old, stops=False) for side in found.are(State.OUT_OF_DATE)),
    ]


def lock_program(page: ProgramPage) -> Program | None:
    """The program that the page drafts, locked; None before its first version."""
    unit = unit_of(page)
    # Two who publish at once queue here, so that each gets a number of its own.
    standing = Program.objects.select_for_update().filter(page=page).first()
    # A program whose draft was removed is taken up again by a draft with its key.
    return standing or Program.objects.select_for_update().filter(unit=unit, key=page.key, page=None).first()


def refuse_unfit(page: ProgramPage, frozen: FrozenProgram, *, signed_hard: bool) -> None:
    """Raise Unpublishable when preflight stops it, or when text that is hard to read lacks its sign-off."""
    found = findings(page, frozen)
    if stopping := [one for one in found if one.stops or (one.needs_sign_off and not signed_hard)]:
        raise Unpublishable(stopping)


def store_version(
    program: Program | None,
    page: ProgramPage,
    frozen: FrozenProgram,
    *,
    by: Person | None,
    at: datetime,
    note: str,
) -> ProgramVersion:
    """Insert the version with its modules, and keep the files it shows; in the transaction that checked it.

    The number's first part grows when a step came or went, else the second. Running treatments stay.
    """
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
        facts=facts_of(frozen.outline),
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
    take_over(version, at=at)
    return version


def _next_number(program: Program, frozen: FrozenProgram) -> tuple[int, int]:
    last = program.versions.order_by("-major", "-minor").first()
    if last is None:
        return 1, 0
    before = [module.document for module in last.modules.all()]
    changes = compare(before, (module.document for module in frozen.modules))
    return (last.major + 1, 0) if changes.is_major else (last.major, last.minor + 1)
