"""The doors to program content: frozen media for anyone signed in, drafts for the unit's own people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.files import File
from django.http import Http404, HttpRequest
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from ikbt.accounts.access import AtUnits, at_units, oneself
from ikbt.accounts.models import Person
from ikbt.accounts.roles import Act
from ikbt.accounts.rules import has_second_factor
from ikbt.common.doors import CONTENT, Door
from programs import rules
from programs.models import ProgramPage, ProgramVersion


def _version(request: HttpRequest, version_id: UUID) -> ProgramVersion:
    oneself(request)
    version: ProgramVersion | None = ProgramVersion.objects.filter(pk=version_id).first()
    if version is None:
        raise Http404
    return version


# Content is under an open licence: being signed in is enough, and tells nothing about anyone's care.
ANY_SIGNED_IN: Door[ProgramVersion] = Door(
    name="any signed in",
    data=CONTENT,
    who="anyone signed in with a second factor",
    opens=_version,
    takes=("version_id",),
    rule=has_second_factor,
)


# What the platform itself holds, the same to all; Wagtail asks besides that she may come to its admin at all.
ANY_AUTHOR: Door[Person] = Door(
    name="any author",
    data=CONTENT,
    who="anyone signed in with a second factor who may come to the editor's pages",
    opens=oneself,
    rule=has_second_factor,
)


def _draft_to_publish(request: HttpRequest, page_id: int) -> ProgramPage:
    person = oneself(request)
    page: ProgramPage | None = ProgramPage.objects.filter(pk=page_id).first()
    # A page of another unit looks like one that isn't there.
    if page is None or not rules.publishes_for_its_unit.test(person, page):
        raise Http404
    return page


PUBLISH: Door[ProgramPage] = Door(
    name="publish",
    data=CONTENT,
    who="a publisher of the unit that owns the program",
    opens=_draft_to_publish,
    takes=("page_id",),
    rule=rules.publishes_draft,
)


def _draft_at_work(request: HttpRequest, page_id: int) -> ProgramPage:
    person = oneself(request)
    page: ProgramPage | None = ProgramPage.objects.filter(pk=page_id).first()
    if page is None or not rules.works_with_draft_of_its_unit.test(person, page):
        raise Http404
    return page


# To read it and what is said of it; each step asks for its own role by itself.
DRAFT: Door[ProgramPage] = Door(
    name="draft",
    data=CONTENT,
    who="who writes, reviews or publishes programs at the unit that owns it",
    opens=_draft_at_work,
    takes=("page_id",),
    rule=rules.works_with_draft,
)


def _draft_to_write(request: HttpRequest, page_id: int) -> ProgramPage:
    person = oneself(request)
    page: ProgramPage | None = ProgramPage.objects.filter(pk=page_id).first()
    if page is None or not rules.writes_for_its_unit.test(person, page):
        raise Http404
    return page


# To change it otherwise than in Wagtail's editor: adopt, translate, take out.
WRITE: Door[ProgramPage] = Door(
    name="write",
    data=CONTENT,
    who="an editor or publisher of the unit that owns the program",
    opens=_draft_to_write,
    takes=("page_id",),
    rule=rules.writes_draft,
)


def _units_to_write_for(request: HttpRequest) -> AtUnits:
    return at_units(request, Act.EDIT_PROGRAMS, kind="program draft")


WRITES: Door[AtUnits] = Door(
    name="units to write for",
    data=CONTENT,
    who="an editor or publisher, for units of her own",
    opens=_units_to_write_for,
    rule=rules.writes_programs,
)


def _draft_file(request: HttpRequest, name: str) -> File[Any]:
    image, document = get_image_model(), get_document_model()
    rendition = (
        image.get_rendition_model().objects.filter(file=name).select_related("image__collection").first()
    )
    if rendition is not None:
        return _own(request, rendition.image, rendition.file)
    for model in (image, document):
        found = model.objects.filter(file=name).select_related("collection").first()
        if found is not None:
            return _own(request, found, found.file)
    raise Http404


def _own(request: HttpRequest, stored: Any, file: File[Any]) -> File[Any]:
    if not rules.opens_shelf_of_its_unit.test(oneself(request), stored):
        raise Http404
    return file


# Pictures and recordings that authors are working with; the name is the file's name in the store.
DRAFT_FILE: Door[File[Any]] = Door(
    name="draft file",
    data=CONTENT,
    who="an editor or reviewer of the unit on whose shelf the picture or recording lies",
    opens=_draft_file,
    takes=("name",),
    rule=rules.opens_draft_file,
)


def _draft_document(request: HttpRequest, document_id: int, document_filename: str) -> File[Any]:
    found = get_document_model().objects.filter(pk=document_id).select_related("collection").first()
    if found is None:
        raise Http404
    return _own(request, found, found.file)


DRAFT_DOCUMENT: Door[File[Any]] = Door(
    name="draft document",
    data=CONTENT,
    who="an editor or reviewer of the unit on whose shelf the recording lies",
    opens=_draft_document,
    takes=("document_id", "document_filename"),
    rule=rules.opens_draft_file,
)
