"""Who has written in a draft since its last version: whoever did signs and releases nothing of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, PageLogEntry, Revision

from ikbt.accounts.models import Person
from programs.models import DraftEdit, ProgramPage, ProgramVersion
from programs.used_of_wagtail import CHANGES, Kind

if TYPE_CHECKING:
    from programs.freezing import FrozenProgram

KINDS = {Kind.PICTURE: DraftEdit.Kind.PICTURE, Kind.RECORDING: DraftEdit.Kind.RECORDING}


def note_change(person: Person, route: str, kind: Kind, key: Any, *, at: datetime) -> None:
    """Remember who sends a change to Wagtail; before it is carried out, so that none is missed.

    Also one that is refused: it is better to ask one person too many to leave the review to others.
    """
    if route not in CHANGES or not str(key).isdecimal():
        return
    if kind in KINDS:
        DraftEdit.objects.create(kind=KINDS[kind], object_id=int(key), person=person, at=at)
    elif (program := _program_of(key)) is not None:
        DraftEdit.objects.create(kind=DraftEdit.Kind.PAGE, object_id=program, person=person, at=at)


def note_author(page: ProgramPage, person: Person, *, at: datetime) -> None:
    """For what writes drafts beside Wagtail, an import or a copy: a module that it takes away leaves no other trace."""
    DraftEdit.objects.create(kind=DraftEdit.Kind.PAGE, object_id=page.pk, person=person, at=at)


def _program_of(page_id: Any) -> int | None:
    page = Page.objects.filter(pk=page_id).first()
    if page is None:
        return None
    found: int | None = (
        ProgramPage.objects.ancestor_of(page, inclusive=True).values_list("pk", flat=True).first()
    )
    return found


def authors_of(page: ProgramPage, frozen: FrozenProgram) -> frozenset[UUID]:
    """Everybody who has changed the program, a module of it or a file that it shows since the last version."""
    version = ProgramVersion.objects.filter(program__page=page).order_by("-major", "-minor").first()
    since = version.published_at if version else None
    return frozenset(
        [*_of_pages(page, since), *_of_edits(page, since), *_of_files(frozen.media.values(), since)]
    )


def _of_pages(page: ProgramPage, since: datetime | None) -> Iterable[UUID]:
    """By Wagtail's own rows: revisions also of what no request made, the log also of what made none."""
    pages = list(page.get_descendants(inclusive=True).values_list("pk", flat=True))
    written = Revision.objects.filter(
        object_id__in=[str(pk) for pk in pages], base_content_type__model="page"
    )
    logged = PageLogEntry.objects.filter(page_id__in=pages)
    if since is not None:
        written, logged = written.filter(created_at__gte=since), logged.filter(timestamp__gte=since)
    yield from written.exclude(user=None).values_list("user", flat=True)
    yield from logged.exclude(user=None).values_list("user", flat=True)


def _of_edits(page: ProgramPage, since: datetime | None) -> Iterable[UUID]:
    return _edits(DraftEdit.Kind.PAGE, [page.pk], since)


def _of_files(media: Iterable[Any], since: datetime | None) -> Iterable[UUID]:
    shown = list(media)
    for kind, model in (
        (DraftEdit.Kind.PICTURE, get_image_model()),
        (DraftEdit.Kind.RECORDING, get_document_model()),
    ):
        yield from _edits(kind, [one.pk for one in shown if isinstance(one, model)], since)


def _edits(kind: str, ids: list[int], since: datetime | None) -> Iterable[UUID]:
    found = DraftEdit.objects.filter(kind=kind, object_id__in=ids)
    if since is not None:
        found = found.filter(at__gte=since)
    return list(found.values_list("person", flat=True))
