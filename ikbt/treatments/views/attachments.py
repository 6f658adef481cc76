"""Hands out a file of the conversation: to keep, never to be run or shown in place."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from ikbt.treatments.attachment_access import MY_ATTACHMENT, MyAttachment
from ikbt.treatments.models import Attachment


@MY_ATTACHMENT("GET")
def attachment(request: HttpRequest, mine: MyAttachment) -> HttpResponse:
    """Hers or her therapist's."""
    return as_download(mine.attachment)


def as_download(attachment: Attachment) -> HttpResponse:
    """The file under its plain name; a browser neither guesses its kind nor lets it do anything."""
    disposition = content_disposition_header(as_attachment=True, filename=attachment.name)
    headers = {
        "Content-Disposition": str(disposition),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "no-store",
    }
    return HttpResponse(attachment.data, content_type=attachment.kind, headers=headers)
