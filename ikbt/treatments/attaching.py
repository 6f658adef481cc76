"""Attaches files to a message that is just being sent; decides that it is all of them or none."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.treatments.attached_files import Accepted
from ikbt.treatments.models import Attachment, Message


def attach(message: Message, files: Sequence[Accepted], *, by: Actor) -> list[Attachment]:
    """Keep the files with the message; in the transaction that stores it, each with a row in the log."""
    made = []
    for file in files:
        one = Attachment.objects.create(
            treatment=message.treatment,
            message=message,
            kind=file.kind,
            name=file.name,
            size=len(file.content),
            content=base64.b64encode(file.content).decode(),
        )
        record(
            Entry.Action.CREATE,
            by=by,
            kind="attachment",
            object_id=one.pk,
            patient=message.treatment.patient_id,
        )
        made.append(one)
    return made
