"""Keeps what is being written, while it is written."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from ikbt.common import clock
from ikbt.treatments.messaging import draft_of, keep_draft
from therapist.access import MY_DRAFT, CaredDraft

KEY = r"[0-9a-f-]{36}"
PURPOSE = re.compile(
    rf"message|note(:{KEY})?|plan:[a-z]{{1,20}}|feedback:[\w-]{{1,40}}|alert:{KEY}(:[a-z]{{1,20}})?", re.ASCII
)


@MY_DRAFT("POST")
def draft(request: HttpRequest, cared: CaredDraft) -> HttpResponse:
    """Store; the answer holds the new revision, and the whole text when another tab had written too."""
    purpose, posted = cared.purpose, request.POST.get("revision", "")
    if PURPOSE.fullmatch(purpose) is None or not posted.isdecimal() or len(posted) > 9:
        raise Http404
    body, author = request.POST.get("body", ""), cared.staff
    saved = keep_draft(cared.treatment, purpose, body, author=author, revision=int(posted), at=clock.now())
    answer: dict[str, object] = {"revision": saved.revision}
    if saved.other is not None:
        stored = draft_of(cared.treatment, purpose, author=author)
        answer["body"] = stored.body if stored else body
    return JsonResponse(answer)
