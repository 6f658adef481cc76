"""Working notes and plans of staff: written once, corrected by adding, never told to the patient's screens."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.live import desk_group, push_on_commit
from ikbt.treatments.messaging import check_body
from ikbt.treatments.models import CarePlan, Draft, Note, Treatment

CHANGED = _("Somebody has changed it meanwhile. Copy your text, reload the page and paste it.")


def write_note(
    treatment: Treatment,
    body: str,
    *,
    author: Person,
    client_key: UUID,
    by: Actor,
    at: datetime,
    corrects: Note | None = None,
) -> Note:
    """Store a note, or one that corrects another; the same client key again gives the note that stands.

    Raises ValidationError for an empty or too long text, and with code "changed" when somebody has corrected it first.
    """
    text = check_body(body)
    with transaction.atomic():
        Treatment.objects.select_for_update().only("pk").get(pk=treatment.pk)
        standing = Note.objects.filter(treatment=treatment, client_key=client_key).first()
        if standing is not None:
            return standing
        if corrects is not None and Note.objects.filter(treatment=treatment, corrects=corrects).exists():
            raise ValidationError(CHANGED, code="changed")
        note = Note.objects.create(
            treatment=treatment,
            body=text,
            author=author,
            written_at=at,
            client_key=client_key,
            corrects=corrects,
        )
        Draft.objects.filter(treatment=treatment, author=author, purpose=note_purpose(corrects)).delete()
        record(
            Entry.Action.CREATE if corrects is None else Entry.Action.CHANGE,
            by=by,
            kind="note",
            object_id=note.pk,
            patient=treatment.patient_id,
        )
        _tell_desk(treatment)
    return note


def write_plan(
    treatment: Treatment,
    kind: str,
    body: str,
    *,
    author: Person,
    by: Actor,
    at: datetime,
    seen: str,
    contact_day: int | None = None,
    contact_way: str = "",
    is_shared: bool = False,
) -> CarePlan:
    """Store a plan anew; the one before it is kept. `is_shared`: the patient reads it on her page.

    `seen`: the key of the plan that the writer's page showed, "" for none.

    The same words again change nothing. Raises ValidationError for an empty or too long text, and with code
    "changed" when another plan has been written since the page was drawn.
    """
    text = check_body(body)
    with transaction.atomic():
        Treatment.objects.select_for_update().only("pk").get(pk=treatment.pk)
        holds = CarePlan.objects.filter(treatment=treatment).holding(kind)
        said = (text, contact_day, contact_way, is_shared)
        if holds is not None and said == (
            holds.body,
            holds.contact_day,
            holds.contact_way,
            holds.is_shared,
        ):
            return holds
        if seen != (str(holds.pk) if holds is not None else ""):
            raise ValidationError(CHANGED, code="changed")
        plan = CarePlan.objects.create(
            treatment=treatment,
            kind=kind,
            body=text,
            contact_day=contact_day,
            contact_way=contact_way,
            is_shared=is_shared,
            author=author,
            written_at=at,
        )
        Draft.objects.filter(treatment=treatment, author=author, purpose=plan_purpose(kind)).delete()
        record(
            Entry.Action.CREATE if holds is None else Entry.Action.CHANGE,
            by=by,
            kind="care plan",
            object_id=plan.pk,
            patient=treatment.patient_id,
            reason=kind,
        )
        _tell_desk(treatment)
    return plan


def note_purpose(corrects: Note | None = None) -> str:
    """The draft under which a new note, or the correction of one, is kept."""
    return f"note:{corrects.pk}" if corrects is not None else "note"


def plan_purpose(kind: str) -> str:
    """The draft under which a plan is kept."""
    return f"plan:{kind}"


def _tell_desk(treatment: Treatment) -> None:
    # To the desk alone: a patient's page must not stir when staff write about her.
    push_on_commit(desk_group(treatment.unit_id), "work", treatment=str(treatment.pk))
