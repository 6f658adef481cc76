"""A copy sees what its source has changed since, and adopts of it what its authors choose, step by step."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Act
from programs.copying import origin_of
from programs.draft_documents import Drafted, drafted, save_drafted
from programs.models import ProgramPage, ProgramVersion, UnitPage
from programs.three_way import Difference, adopted, differences, digest, parts_of
from programs.unfreezing import program_of

MAPS = {"step": "steps", "module": "modules"}


class NotAdopted(ValueError):
    """It can't be adopted so; the sentence says why."""


@dataclass(frozen=True)
class Upstream:
    """Between a draft and what it was copied from: the version then, the newest now, and what is open between them."""

    base: ProgramVersion
    newest: ProgramVersion
    draft: Drafted
    open: list[Difference]


def upstream_of(page: ProgramPage) -> Upstream | None:
    """None for a draft that is nobody's copy, or whose source isn't in this installation."""
    draft = drafted(page)
    origin = draft.program.get("origin", {})
    base = (
        ProgramVersion.objects.filter(
            content_hash=origin["hash"],
            program__key=origin["program"],
            program__unit__slug=origin["unit"],
        ).first()
        if origin
        else None
    )
    if base is None:
        return None
    newest = base.program.versions.released().first() or base
    return Upstream(base, newest, draft, _open(base, newest, draft, _seen(origin)))


def adopt(
    page: ProgramPage, *, take: Collection[str], keep: Collection[str], by: Person, at: datetime
) -> ProgramPage:
    """Take what is named from the source's newest version into the draft; what is kept isn't shown again.

    When nothing is left open, the newest version is what the draft is compared with from then on. Raises
    NotAdopted for who doesn't write at the unit, and for what isn't open any more.
    """
    unit_page: UnitPage = UnitPage.objects.select_related("unit").ancestor_of(page).get()
    refuse_who_does_not_write(by, unit_page, at)
    with transaction.atomic():
        ProgramPage.objects.select_for_update().get(pk=page.pk)
        upstream = upstream_of(page)
        names = {one.name for one in upstream.open} if upstream else set()
        if upstream is None or not {*take, *keep} <= names:
            raise NotAdopted(_("The draft or its source has changed meanwhile. Look at it again."))
        theirs = list(program_of(upstream.newest)[1].values())
        modules = adopted(upstream.draft.modules, theirs, set(take))
        origin = _decided(upstream, {*take, *keep}, theirs)
        program = {**upstream.draft.program, "origin": origin}
        return save_drafted(upstream.draft, program=program, modules=modules, to=unit_page, by=by, at=at)


def refuse_who_does_not_write(by: Person, unit_page: UnitPage, at: datetime) -> None:
    """Raise NotAdopted for somebody without a running role that writes programs at the unit."""
    held = RoleAssignment.objects.running(at).of(by).that_may(Act.EDIT_PROGRAMS)
    if not held.filter(unit=unit_page.unit_id).exists():
        raise NotAdopted(_("You don't write programs at the unit."))


def _seen(origin: dict[str, Any]) -> dict[str, str]:
    return {
        f"{kind}:{key}": sha256 for kind, name in MAPS.items() for key, sha256 in origin.get(name, {}).items()
    }


def _open(
    base: ProgramVersion, newest: ProgramVersion, draft: Drafted, seen: dict[str, str]
) -> list[Difference]:
    if base.pk == newest.pk:
        return []
    before, after = (list(program_of(version)[1].values()) for version in (base, newest))
    return differences(before, after, draft.modules, seen)


def _decided(upstream: Upstream, names: set[str], theirs: list[dict[str, Any]]) -> dict[str, Any]:
    if names == {one.name for one in upstream.open}:
        return dict(origin_of(upstream.newest))
    parts = parts_of(theirs)
    origin = dict(upstream.draft.program["origin"])
    for name in names:
        kind, _colon, key = name.partition(":")
        origin[MAPS[kind]] = {**origin.get(MAPS[kind], {}), key: digest(parts.get(name))}
    return origin
