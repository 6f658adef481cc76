"""How a decision about a patient's path is kept and told: one row as it stands, an event, the log, both open pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.live import desk_group, push_on_commit, treatment_group
from ikbt.treatments.models import PathDecision, Treatment, TreatmentEvent
from ikbt.treatments.paths import Way
from ikbt.treatments.summarising import summarise

LEAST_REASON = 5


def locked_running(treatment: Treatment) -> Treatment:
    """The treatment, locked; refuses one that has ended."""
    rows = Treatment.objects.select_for_update(of=("self",)).select_related("version", "unit")
    locked: Treatment = rows.get(pk=treatment.pk)
    if not locked.is_running:
        raise ValidationError(_("The treatment has ended."))
    return locked


def standing_decision(way: Way, kind: str, key: str) -> PathDecision | None:
    """What was decided of this before."""
    return next((one for one in way.decisions if (one.kind, one.key) == (kind, key)), None)


def keep_decision(
    treatment: Treatment,
    kind: str,
    key: str,
    answer: Sequence[str],
    *,
    person: Person,
    at: datetime,
    fired: Sequence[str] = (),
    reason: str = "",
) -> PathDecision:
    """The decision as it stands now, in place of what it was; what she has done of her path is counted anew."""
    values = {
        "answer": list(answer),
        "fired": list(fired),
        "reason": reason.strip(),
        "decided_by": person,
        "decided_at": at,
    }
    decision, _made = PathDecision.objects.update_or_create(
        treatment=treatment, kind=kind, key=key, defaults=values
    )
    summarise(treatment, at=at)
    return decision


def tell_decision(decision: PathDecision, kind: str, *, by: Actor, words: str, module_key: str = "") -> None:
    """The timeline, the log, and both sides' open pages."""
    treatment = decision.treatment
    TreatmentEvent.objects.create(
        treatment=treatment,
        kind=kind,
        at=decision.decided_at,
        actor=decision.decided_by,
        module_key=module_key,
        reason=words,
        details={"key": decision.key},
    )
    own = decision.decided_by_id == treatment.patient_id
    record(
        Entry.Action.CHANGE,
        by=by,
        kind="path",
        object_id=decision.pk,
        patient=treatment.patient_id,
        relation="own" if own else "",
        reason=decision.kind,
    )
    push_on_commit(treatment_group(treatment.pk), "module", module=module_key)
    push_on_commit(desk_group(treatment.unit_id), "work", treatment=str(treatment.pk))
