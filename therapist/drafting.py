"""Keeps a text that could not be sent; decides that the page shown again goes on from what is stored, and that a text
written for one patient is not sent from another's page.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from ikbt.treatments.access import Cared
from ikbt.treatments.messaging import draft_of, keep_draft
from ikbt.treatments.models import Treatment
from therapist.forms import RuleForm


def keep_refused(
    form: RuleForm,
    cared: Cared,
    purpose: str,
    *,
    at: datetime,
    text: str = "body",
    revision_in: str = "revision",
) -> None:
    """Store the posted text as the author's draft and let the form carry its revision.

    When another tab had written, the form gets both texts: what is stored is always what is shown.
    """
    body, posted = str(form.data.get(text, "")), str(form.data.get(revision_in, ""))
    whole = posted.isascii() and posted.isdecimal() and len(posted) < 10
    revision = int(posted) if whole else 0
    saved = keep_draft(cared.treatment, purpose, body, author=cared.staff, revision=revision, at=at)
    if saved.other is not None:
        stored = draft_of(cared.treatment, purpose, author=cared.staff)
        body = stored.body if stored else body
    shown = {**dict(form.data.items()), text: body, revision_in: str(saved.revision)}
    if "client_key" in form.errors:
        shown["client_key"] = str(uuid4())
    form.data = shown


def is_anothers(form: RuleForm, cared: Cared) -> bool:
    """Whether the posted text says that it was written for another treatment than the page's own."""
    written_for = str(form.data.get("written_for", ""))
    return bool(written_for) and written_for != str(cared.treatment.pk)


def refuse_anothers(form: RuleForm, cared: Cared, purpose: str, *, at: datetime) -> None:
    """Say so at the text, which stays on the page to be read through. It is kept as a draft where it was written,
    never at the patient whose page this is.
    """
    words = _(
        "This was written on another patient's page, so nothing was sent. Read it through. "
        "If it is meant for %(name)s, send it again."
    )
    form.add_error("body", words % {"name": cared.treatment.patient.name})
    body, whose = str(form.data.get("body", "")), as_id(form.data.get("written_for"))
    rows = Treatment.objects.cared_for_by(cared.staff.pk, at)
    other = rows.filter(pk=whose).first() if whose and body.strip() else None
    if other is not None:
        keep_draft(other, purpose, body, author=cared.staff, revision=0, at=at)
    shown = {**dict(form.data.items()), "written_for": str(cared.treatment.pk), "client_key": str(uuid4())}
    form.data = {**shown, "revision": str(_stored_revision(cared, purpose))}


def _stored_revision(cared: Cared, purpose: str) -> int:
    stored = draft_of(cared.treatment, purpose, author=cared.staff)
    return stored.revision if stored else 0


def as_id(text: object) -> UUID | None:
    """The id that a page has posted; None for what is none."""
    try:
        return UUID(str(text))
    except ValueError:
        return None
