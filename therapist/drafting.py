"""Keeps a text that could not be sent; decides that the page shown again goes on from what is stored."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from ikbt.treatments.access import Cared
from ikbt.treatments.messaging import draft_of, keep_draft
from therapist.forms import RuleForm


def keep_refused(form: RuleForm, cared: Cared, purpose: str, *, at: datetime) -> None:
    """Store the posted text as the author's draft and let the form carry its revision.

    When another tab had written, the form gets both texts: what is stored is always what is shown.
    """
    body, posted = str(form.data.get("body", "")), str(form.data.get("revision", ""))
    whole = posted.isascii() and posted.isdecimal() and len(posted) < 10
    revision = int(posted) if whole else 0
    saved = keep_draft(cared.treatment, purpose, body, author=cared.staff, revision=revision, at=at)
    if saved.other is not None:
        stored = draft_of(cared.treatment, purpose, author=cared.staff)
        body = stored.body if stored else body
    shown = {**dict(form.data.items()), "body": body, "revision": str(saved.revision)}
    if "client_key" in form.errors:
        shown["client_key"] = str(uuid4())
    form.data = shown
