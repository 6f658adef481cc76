"""The patient's door to a file in her own conversation: fetched by her alone, each time logged."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest

from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.doors import PATIENT, READING, Door
from ikbt.treatments import rules
from ikbt.treatments.access import MY_TREATMENT, OWN, Mine
from ikbt.treatments.models import Attachment, Treatment


@dataclass(frozen=True)
class MyAttachment(Mine):
    """A patient at a file of her conversation."""

    attachment: Attachment


def attachment_of(
    request: HttpRequest, treatment: Treatment, attachment_id: UUID, *, by: Actor, relation: str
) -> Attachment:
    """The file, in the log as read; 404 when the treatment has none with this id."""
    found: Attachment | None = Attachment.objects.filter(treatment=treatment, pk=attachment_id).first()
    if found is None:
        raise Http404
    if request.method in READING:
        record(
            Entry.Action.READ,
            by=by,
            kind="attachment",
            object_id=found.pk,
            patient=treatment.patient_id,
            relation=relation,
        )
    return found


def _my_attachment(request: HttpRequest, treatment_id: UUID, attachment_id: UUID) -> MyAttachment:
    mine = MY_TREATMENT.opens(request, treatment_id=treatment_id)
    found = attachment_of(request, mine.treatment, attachment_id, by=mine.actor, relation=OWN)
    return MyAttachment(mine.treatment, mine.person, mine.actor, attachment=found)


MY_ATTACHMENT = Door(
    "a file in my conversation",
    PATIENT,
    "the patient herself",
    _my_attachment,
    takes=("treatment_id", "attachment_id"),
    rule=rules.opens_own,
)
