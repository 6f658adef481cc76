"""A patient's answers about her data; decides that only she answers, to the text of today, and may take it back."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.treatments import consent_texts
from ikbt.treatments.models import Consent, Treatment


def acknowledge_information(treatment: Treatment, version: int, *, by: Actor, at: datetime) -> Consent:
    """She has read how her data is handled; the version and the time are kept. Raises ValidationError, Unlogged."""
    return _keep(treatment, Consent.Kind.CARE, version, True, by=by, at=at)


def decide_research(treatment: Treatment, version: int, *, agrees: bool, by: Actor, at: datetime) -> Consent:
    """Yes or no to research, whenever she wants and whatever the state of the treatment.

    A yes must be to the newest text; a no may be to any. Raises ValidationError, Unlogged.
    """
    return _keep(treatment, Consent.Kind.RESEARCH, version, agrees, by=by, at=at)


def _keep(
    treatment: Treatment, kind: Consent.Kind, version: int, agrees: bool, *, by: Actor, at: datetime
) -> Consent:
    if by.id != treatment.patient_id:
        raise ValidationError(_("Only the patient answers this."))
    text = consent_texts.version(kind, version)
    if text is None or (agrees and text != consent_texts.current(kind)):
        raise ValidationError(
            _("The text has been renewed since you opened the page. Read it and answer again.")
        )
    with transaction.atomic():
        locked = Treatment.objects.select_for_update(of=("self",)).get(pk=treatment.pk)
        last = Consent.objects.filter(treatment=locked, kind=kind).last()
        if last is not None and (last.text_version, last.agrees) == (version, agrees):
            return last
        given = Consent.objects.create(
            treatment=locked,
            kind=kind,
            text_version=version,
            text_hash=text.hash,
            agrees=agrees,
            at=at,
            given_by_id=locked.patient_id,
        )
        if kind == Consent.Kind.RESEARCH:
            locked.research_consent = agrees
        else:
            locked.information_read = version
        locked.save(update_fields=["research_consent", "information_read"])
        record(
            Entry.Action.CREATE,
            by=by,
            kind="consent",
            object_id=given.pk,
            patient=locked.patient_id,
            relation="own",
            reason=f"{kind} {version}: {'yes' if agrees else 'no'}",
        )
    return given
