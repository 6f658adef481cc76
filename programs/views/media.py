"""Serves pictures and recordings; decides that nothing else leaves, and that none of them can run.

In parts too, as browsers fetch recordings: Safari plays none that comes in one piece only, and nobody could go on
where she was.
"""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Any, cast

from django.core.files import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from whitenoise.responders import SlicedFile

from programs.access import ANY_SIGNED_IN, DRAFT_DOCUMENT, DRAFT_FILE
from programs.media import HEAD_BYTES, kind_of, place_of
from programs.models import ProgramVersion
from programs.part_of_file import NoSuchPart, asked_part

# Should a file be opened on its own page: no script, no frame, no request.
SANDBOX = (
    "default-src 'none'; media-src 'self'; img-src 'self'; "
    "style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
)


@ANY_SIGNED_IN("GET")
def frozen(request: HttpRequest, version: ProgramVersion, *, sha256: str) -> HttpResponse:
    """The copy that a version was published with; 404 for what isn't the version's."""
    if sha256 not in version.outline.get("media", {}):
        raise Http404
    place = place_of(sha256)
    if not place.is_file():
        raise Http404
    return _served(request, place.open("rb"), sha256)


@DRAFT_FILE("GET")
def draft_file(request: HttpRequest, file: File[Any]) -> HttpResponse:
    """A picture in Wagtail's admin, or a recording in a preview."""
    return _served(request, file.open("rb"), "draft")


@DRAFT_DOCUMENT("GET")
def draft_document(request: HttpRequest, file: File[Any]) -> HttpResponse:
    """A recording by its number, as Wagtail's admin links to it."""
    return _served(request, file.open("rb"), "draft")


def _served(request: HttpRequest, opened: Any, name: str) -> HttpResponse:
    kind = kind_of(opened.read(HEAD_BYTES))
    size = opened.seek(0, os.SEEK_END)
    opened.seek(0)
    if kind is None:
        opened.close()
        raise Http404
    try:
        part = asked_part(request.headers.get("Range", ""), size)
    except NoSuchPart:
        opened.close()
        return HttpResponse(
            status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers={"Content-Range": f"bytes */{size}"}
        )
    response = _whole_or_part(opened, part, size)
    response["Content-Type"] = kind
    response["Accept-Ranges"] = "bytes"
    response["Content-Disposition"] = f'inline; filename="{name}.{kind.partition("/")[2]}"'
    response["Content-Security-Policy"] = SANDBOX
    # Already compressed: without this the gzip middleware would do it again, slowly.
    response["Content-Encoding"] = "identity"
    # A door's view returns a whole response to the checker; a file goes out in pieces.
    return cast(HttpResponse, response)


def _whole_or_part(opened: Any, part: tuple[int, int] | None, size: int) -> FileResponse:
    if part is None:
        return FileResponse(opened)
    first, last = part
    response = FileResponse(SlicedFile(opened, first, last), status=HTTPStatus.PARTIAL_CONTENT)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    return response
