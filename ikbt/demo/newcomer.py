"""Seeds the patient whom visitors try the demo as: started two days ago, everything still to do."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from ikbt.accounts.models import CareUnit, Person
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.demo.course_history import REASON
from ikbt.demo.people import data
from ikbt.treatments.messaging import send_message
from ikbt.treatments.models import Treatment
from ikbt.treatments.starting import Decision, start_treatment
from programs.models import ProgramVersion


def seed_newcomer(
    patient: Person, *, version: ProgramVersion, therapist: Person, unit: CareUnit, now: datetime
) -> Treatment:
    """Her first questionnaires are open, module one too, and her therapist's welcome waits unread."""
    started = now - timedelta(days=2)
    treatment = start_treatment(
        patient,
        version=version,
        unit=unit,
        therapist=therapist,
        starts_on=clock.local_date(started),
        decision=Decision(reason=REASON),
        by=SYSTEM,
        at=started,
        given_by=therapist,
    )
    send_message(
        treatment,
        data("texts")["welcome"].format(name=patient.first_name, therapist=therapist.name),
        sender=therapist,
        client_key=uuid.uuid4(),
        by=SYSTEM,
        at=started,
    )
    return treatment
