"""Hands out a file of the conversation with a patient."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from ikbt.treatments.views.attachments import as_download
from therapist.access import MY_PATIENTS_ATTACHMENT, CaredAttachment


@MY_PATIENTS_ATTACHMENT("GET")
def attachment(request: HttpRequest, cared: CaredAttachment) -> HttpResponse:
    """To keep; never shown in place."""
    return as_download(cared.attachment)
