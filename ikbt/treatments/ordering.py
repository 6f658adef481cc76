"""An extra questionnaire: asked for by staff, told to the patient neutrally, withdrawn while she has not answered."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.clock import local_date
from ikbt.common.live import push_on_commit, treatment_group
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from ikbt.treatments.measuring import setting_of
from ikbt.treatments.models import Treatment
from ikbt.treatments.summarising import summarise
from measurements.instrument import Instrument
from measurements.models import Occasion
from measurements.scheduling import plan_ordered
from measurements.unit_instruments import instruments_of

LONGEST_NOTE = 500
LONGEST_OPEN = 28


def orderable(treatment: Treatment, *, at: datetime) -> list[Instrument]:
    """The instruments that may be asked for, by name: those with wording in the program's language at this unit."""
    language = str(treatment.version.outline["language"])
    found = instruments_of(treatment.unit, on=local_date(at)).values()
    return sorted((one for one in found if language in one.languages), key=lambda one: one.short)


def order_extra(
    treatment: Treatment, slug: str, *, days: int, note: str, ordered_by: Person, by: Actor, at: datetime
) -> Occasion:
    """Ask for one more questionnaire, open now and for `days` whole days; the patient is told that something waits.

    Raises ValidationError: code "instrument" when it can't be asked here or one of it is open already, "days", "note",
    "ended" when the treatment takes no more answers.
    """
    _guard(treatment, slug, days=days, note=note, at=at)
    with transaction.atomic():
        rows = Treatment.objects.select_for_update(of=("self",)).select_related("patient", "unit", "version")
        locked = rows.get(pk=treatment.pk)
        if not locked.is_running:
            raise ValidationError(_("The treatment is not running."), code="ended")
        same = Occasion.objects.open(at).filter(series=locked.series_id, instrument__slug=slug)
        if same.exists():
            # Pressed twice, or asked for by a colleague: she need not answer the same questions twice.
            raise ValidationError(_("One of these is open for answers already."), code="instrument")
        occasion = plan_ordered(
            locked.series,
            setting_of(locked),
            slug,
            days=days,
            note=note.strip(),
            ordered_by=ordered_by,
            at=at,
        )
        summarise(locked, at=at)
        record(
            Entry.Action.CREATE,
            by=by,
            kind="occasion",
            object_id=occasion.pk,
            patient=locked.patient_id,
            reason="extra questionnaire asked for",
        )
        notify(locked.patient, Notice.Kind.TO_ANSWER, key=f"extra:{occasion.pk}", at=at)
        push_on_commit(treatment_group(locked.pk), "occasion")
    return occasion


def cancel_extra(treatment: Treatment, occasion: Occasion, *, by: Actor, at: datetime) -> Occasion:
    """Withdraw an extra questionnaire; withdrawing twice changes nothing.

    Raises ValidationError: code "planned" when it belongs to the program, "answered" when she has answered, "begun"
    when she has begun: what she has said is not put away unread.
    """
    with transaction.atomic():
        Treatment.objects.select_for_update(of=("self",)).get(pk=treatment.pk)
        locked = Occasion.objects.select_for_update(of=("self",)).get(pk=occasion.pk)
        if locked.cancelled_at is not None:
            return locked
        if locked.kind != Occasion.Kind.EXTRA or locked.ordered_by_id is None:
            raise ValidationError(_("Only an extra questionnaire can be withdrawn."), code="planned")
        if locked.answered_at is not None:
            raise ValidationError(_("It has been answered already."), code="answered")
        if locked.draft:
            raise ValidationError(_("The patient has begun to answer it."), code="begun")
        locked.cancelled_at = at
        locked.save(update_fields=["cancelled_at"])
        summarise(treatment, at=at)
        record(
            Entry.Action.CHANGE,
            by=by,
            kind="occasion",
            object_id=locked.pk,
            patient=treatment.patient_id,
            reason="extra questionnaire withdrawn",
        )
        push_on_commit(treatment_group(treatment.pk), "occasion")
    return locked


def _guard(treatment: Treatment, slug: str, *, days: int, note: str, at: datetime) -> None:
    if slug not in {one.id for one in orderable(treatment, at=at)}:
        raise ValidationError(_("Choose one of the questionnaires."), code="instrument")
    if not 1 <= days <= LONGEST_OPEN:
        raise ValidationError(
            _("It may be open for 1 to %(most)d days.") % {"most": LONGEST_OPEN}, code="days"
        )
    over = len(note.strip()) - LONGEST_NOTE
    if over > 0:
        raise ValidationError(_("The text is %(over)d characters too long.") % {"over": over}, code="note")
