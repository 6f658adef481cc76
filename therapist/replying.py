"""The therapist's answer to a module: feedback and, in the same transaction, the next one opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.beside import beside
from ikbt.common.live import desk_group, push_on_commit, treatment_group
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from ikbt.treatments.answered_meanwhile import refuse_late_feedback
from ikbt.treatments.messaging import check_body
from ikbt.treatments.models import Draft, Feedback, ModuleProgress, Treatment, TreatmentEvent
from ikbt.treatments.opening_alone import open_alone
from ikbt.treatments.placeholders import check_filled
from ikbt.treatments.releasing import open_module


@dataclass(frozen=True)
class Replied:
    """The stored feedback and the module that was opened with it, or None."""

    feedback: Feedback
    opened: ModuleProgress | None


def give_feedback(
    treatment: Treatment,
    module_key: str,
    body: str,
    *,
    author: Person,
    open_next: str,
    reason: str,
    client_key: UUID,
    by: Actor,
    at: datetime,
    seen: UUID | None = None,
) -> Replied:
    """Send feedback on a module and open the next one (`open_next` is its key, or empty to hold it).

    Ahead of its rule the next module needs a reason; then nothing is sent without one. The same client
    key twice gives what stands. `seen` is the newest feedback that stood on her page: when a colleague has given
    some since, nothing is sent. Raises ValidationError with a sentence.
    """
    text = check_body(body)
    check_filled(text)
    with transaction.atomic():
        rows = Treatment.objects.select_for_update(of=("self",)).select_related("patient")
        locked = rows.get(pk=treatment.pk)
        standing = Feedback.objects.filter(treatment=locked, client_key=client_key).first()
        if standing is not None:
            return Replied(standing, None)
        if not locked.is_running:
            raise ValidationError(_("The treatment has ended."))
        progress = ModuleProgress.objects.select_for_update().get(treatment=locked, module_key=module_key)
        if progress.submitted_at is None:
            # Feedback ends the wait: given too early, the hand-in to come would never show in the list.
            raise ValidationError(_("The module has not been handed in yet. Write a message instead."))
        refuse_late_feedback(locked, module_key, author=author, seen=seen)
        feedback = Feedback.objects.create(
            treatment=locked,
            module_key=module_key,
            author=author,
            body=text,
            sent_at=at,
            client_key=client_key,
        )
        progress.feedback_at = at
        progress.save()
        given = TreatmentEvent.Kind.FEEDBACK_GIVEN
        TreatmentEvent.objects.create(
            treatment=locked, kind=given, at=at, actor=author, module_key=module_key
        )
        opened = None
        if open_next:
            opened = open_module(locked, open_next, opened_by=author, reason=reason, by=by, at=at)
        with beside("opening a module by itself"):
            # Held by hand or not: what the program lets open by itself was waiting for this feedback.
            open_alone(locked, at=at)
        Draft.objects.filter(treatment=locked, author=author, purpose=f"feedback:{module_key}").delete()
        record(Entry.Action.CREATE, by=by, kind="feedback", object_id=feedback.pk, patient=locked.patient_id)
        notify(locked.patient, Notice.Kind.NEW_MESSAGE, key=f"feedback:{feedback.pk}", at=at)
        push_on_commit(treatment_group(locked.pk), "feedback", module=module_key)
        push_on_commit(desk_group(locked.unit_id), "work", treatment=str(locked.pk))
    return Replied(feedback, opened)
