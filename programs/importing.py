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
from programs.draft_data import module_fields, program_fields
from programs.freezing import MediaBox, as_file, module_document, newest, program_document
from programs.importing_media import MediaShelf
from programs.models import ModulePage, ProgramPage, UnitPage
from programs.program_file import ProgramFiles, read_program


@transaction.atomic
def import_program(folder: Path, *, unit_page: UnitPage, by: Person | None, at: datetime) -> ProgramPage:
    """Make or renew the drafts of the program in `folder`; returns its page.

    1. The whole folder is read and checked first: Misshapen names the place, and nothing is stored.
    2. The page with the program's key under this unit is renewed, or made.
    3. Modules are found by their key, renewed or made, and put in the files' order; those the files lack go.
    4. A page that is the same as its newest draft gets no new revision.
    `by` is None when the system brings a shipped program.
    """
    files = read_program(folder)
    found = ProgramPage.objects.child_of(unit_page).filter(key=files.program["key"]).first()
    page = (
        _renewed(found, program_fields(files.program))
        if found
        else ProgramPage(**program_fields(files.program))
    )
    _save(page, unit_page, standing=found, by=by)
    _import_modules(files, page, MediaShelf(files.folder, unit_page.unit), by)
    actor = Actor(id=by.pk, role="editor", unit=unit_page.unit_id) if by else SYSTEM
    action = Entry.Action.CHANGE if found else Entry.Action.CREATE
    record(action, by=actor, kind="program draft", object_id=page.pk)
    stored: ProgramPage = ProgramPage.objects.get(pk=page.pk)
    return stored


def _import_modules(files: ProgramFiles, page: ProgramPage, shelf: MediaShelf, by: Person | None) -> None:
    standing = {module.key: module for module in ModulePage.objects.child_of(page)}
    for stem, document in files.modules.items():
        fields = module_fields(document, stem, shelf)
        found = standing.pop(document["key"], None)
        _save(_renewed(found, fields) if found else ModulePage(**fields), page, standing=found, by=by)
    for gone in standing.values():
        gone.delete()
    _put_in_order(page, [document["key"] for document in files.modules.values()])


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
