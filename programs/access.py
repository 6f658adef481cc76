"""The doors to program content: frozen media for anyone signed in, drafts and publishing for the unit's own people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.http import Http404, HttpRequest
from wagtail.documents import get_document_model
from wagtail.documents.permissions import permission_policy as document_policy
from wagtail.images import get_image_model
from wagtail.images.permissions import permission_policy as image_policy

from ikbt.accounts.access import is_verified
from ikbt.accounts.models import Person
from ikbt.common import clock
from ikbt.common.doors import CONTENT, Door
from programs.models import ProgramPage, ProgramVersion
from programs.publishing import may_publish, unit_of


def _person(request: HttpRequest) -> Person:
    if not is_verified(request) or not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user


def _version(request: HttpRequest, version_id: UUID) -> ProgramVersion:
    _person(request)
    version = ProgramVersion.objects.filter(pk=version_id).first()
    if version is None:
        raise Http404
    return version


# Content of programs is under an open licence: being signed in is enough, and tells nothing about anyone's care.
ANY_SIGNED_IN: Door[ProgramVersion] = Door(
    name="any signed in",
    data=CONTENT,
    who="anyone signed in with a second factor",
    opens=_version,
    takes=("version_id",),
)


def _draft_to_publish(request: HttpRequest, page_id: int) -> ProgramPage:
    person = _person(request)
    page = ProgramPage.objects.filter(pk=page_id).first()
    # A page of another unit looks like one that isn't there.
    if page is None or not may_publish(person, unit_of(page), clock.now()):
        raise Http404
    return page


PUBLISH: Door[ProgramPage] = Door(
    name="publish",
    data=CONTENT,
    who="a publisher of the unit that owns the program",
    opens=_draft_to_publish,
    takes=("page_id",),
)


def _draft_file(request: HttpRequest, name: str) -> File[Any]:
    person = _person(request)
    image = get_image_model()
    found = image.objects.filter(file=name).first()
    rendition = image.get_rendition_model().objects.filter(file=name).select_related("image").first()
    document = get_document_model().objects.filter(file=name).first()
    picture = found or (rendition.image if rendition else None)
    if picture and image_policy.user_has_any_permission_for_instance(person, ["choose", "change"], picture):
        return (rendition or picture).file
    if document and document_policy.user_has_any_permission_for_instance(person, ["choose", "change"], document):
        return document.file
    raise Http404


# Pictures and recordings that authors are working with; the name is the file's name in the store.
DRAFT_FILE: Door[File[Any]] = Door(
    name="draft file",
    data=CONTENT,
    who="an editor who may use the picture or recording",
    opens=_draft_file,
    takes=("name",),
)


def _draft_document(request: HttpRequest, document_id: int, document_filename: str) -> File[Any]:
    document = get_document_model().objects.filter(pk=document_id).first()
    if document is None:
        raise Http404
    return _draft_file(request, document.file.name)


DRAFT_DOCUMENT: Door[File[Any]] = Door(
    name="draft document",
    data=CONTENT,
    who="an editor who may use the recording",
    opens=_draft_document,
    takes=("document_id", "document_filename"),
)
