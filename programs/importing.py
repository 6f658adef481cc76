"""Brings a program's files in as drafts under a care unit; the same files twice change nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from wagtail.models import Page

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor, record
from programs.authorship import note_author
from programs.block_documents import MediaBox
from programs.draft_data import Shelf, module_fields, program_fields
from programs.freezing import as_file, module_document, newest, program_document
from programs.importing_media import MediaShelf
from programs.models import DraftEdit, ModulePage, ProgramPage, UnitPage
from programs.program_file import Document, read_program
from programs.shapes import Misshapen


def import_program(
    folder: Path, *, unit_page: UnitPage, by: Person | None, at: datetime, replaces: bool = False
) -> ProgramPage:
    """Make or renew the drafts of the program in `folder`; returns its page.

    1. The whole folder is read and checked first: Misshapen names the place, and nothing is stored.
    2. The page with the program's key under this unit is renewed, or made.
    3. Modules are found by their key, renewed or made, and put in the files' order; those the files lack go.
    4. A page that is the same as its newest draft gets no new revision.
    5. What an author has saved since is not put aside unless told: Misshapen names the page, unless `replaces`.
    `by` is None when the system brings a shipped program.
    """
    files = read_program(folder)
    shelf = MediaShelf(files.folder, unit_page.unit)
    with shelf.swept(), transaction.atomic():
        if not replaces:
            _refuse_to_put_aside(files.program, files.modules, shelf, unit_page)
        return save_drafts(files.program, files.modules, shelf, unit_page=unit_page, by=by, at=at)


def save_drafts(
    program: Document,
    modules: Mapping[str, Document],
    shelf: Shelf,
    *,
    unit_page: UnitPage,
    by: Person | None,
    at: datetime,
) -> ProgramPage:
    """The drafts of a program whose documents have been checked; `modules` by their slug, in order.

    Runs inside the caller's transaction.
    """
    fields = program_fields(program)
    found = ProgramPage.objects.child_of(unit_page).filter(key=program["key"]).first()
    page = _renewed(found, fields) if found else ProgramPage(**fields)
    _save(page, unit_page, standing=found, by=by)
    _save_modules(modules, page, shelf, by)
    if by is not None:
        note_author(page, by, at=at)
    actor = Actor(id=by.pk, role="editor", unit=unit_page.unit_id) if by else SYSTEM
    if by is not None:
        # Whoever brings text in has written it, as far as four eyes go: also where only a module went.
        DraftEdit.objects.create(kind=DraftEdit.Kind.PAGE, object_id=page.pk, person=by, at=at)
    action = Entry.Action.CHANGE if found else Entry.Action.CREATE
    record(action, by=actor, kind="program draft", object_id=page.pk)
    stored: ProgramPage = ProgramPage.objects.get(pk=page.pk)
    return stored


def _refuse_to_put_aside(
    program: Document, modules: Mapping[str, Document], shelf: Shelf, unit_page: UnitPage
) -> None:
    """Raises Misshapen when the files would change or take away a page that an author was the last to save."""
    page = ProgramPage.objects.child_of(unit_page).filter(key=program["key"]).first()
    if page is None:
        return
    brought = {document["key"]: module_fields(document, stem, shelf) for stem, document in modules.items()}
    standing: list[tuple[Any, Mapping[str, Any] | None]] = [(page, program_fields(program))]
    standing += [(module, brought.get(module.key)) for module in ModulePage.objects.child_of(page)]
    for one, fields in standing:
        if not _saved_by_an_author(one):
            continue
        if fields is None or _content(_renewed(one, fields)) != _content(newest(one)):
            raise Misshapen(
                one.title, "was changed by an author after it came from a file: say that it may go"
            )


def _saved_by_an_author(page: Page) -> bool:
    return page.latest_revision is not None and page.latest_revision.user_id is not None


def _save_modules(
    modules: Mapping[str, Document], page: ProgramPage, shelf: Shelf, by: Person | None
) -> None:
    standing = {module.key: module for module in ModulePage.objects.child_of(page)}
    for stem, document in modules.items():
        fields = module_fields(document, stem, shelf)
        found = standing.pop(document["key"], None)
        _save(_renewed(found, fields) if found else ModulePage(**fields), page, standing=found, by=by)
    for gone in standing.values():
        gone.delete()
    _put_in_order(page, [document["key"] for document in modules.values()])


def _renewed(found: Any, fields: Mapping[str, Any]) -> Any:
    draft = newest(found)
    for name, value in fields.items():
        setattr(draft, name, value)
    return draft


def _save(page: Any, parent: Page, *, standing: Any, by: Person | None) -> None:
    if standing is not None:
        if _content(page) == _content(newest(standing)):
            return
        page.save()
    else:
        page.live = False
        # Read anew: treebeard counts children on the instance, and several are added in a row.
        type(parent).objects.get(pk=parent.pk).add_child(instance=page)
    page.save_revision(user=by)


def _content(page: Any) -> object:
    if isinstance(page, ProgramPage):
        return program_document(page, [])
    return page.slug, as_file(module_document(page, MediaBox()))


def _put_in_order(page: ProgramPage, keys: list[str]) -> None:
    standing = list(ModulePage.objects.child_of(page).order_by("path").values_list("key", flat=True))
    if standing == keys:
        return
    for key in keys:
        # Each goes to the end in turn; treebeard changes paths, so page and module are read anew.
        module = ModulePage.objects.child_of(ProgramPage.objects.get(pk=page.pk)).get(key=key)
        module.move(ProgramPage.objects.get(pk=page.pk), pos="last-child")
