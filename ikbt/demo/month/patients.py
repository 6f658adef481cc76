"""What simulated patients do in their month, each by the verb that her page calls."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import uuid4

from ikbt.accounts.preferring import choose_notices
from ikbt.common.clock import local_date
from ikbt.demo.answer_history import option_codes, values_of
from ikbt.demo.month.living import Month
from ikbt.demo.month.planning import Act, Plan, What
from ikbt.demo.people import data
from ikbt.treatments.answering import answer_occasion
from ikbt.treatments.messaging import send_message
from ikbt.treatments.models import ModuleProgress
from ikbt.treatments.pausing import pause_treatment
from ikbt.treatments.starting import Decision, start_treatment
from ikbt.treatments.submitting import hand_in_module, mark_step_done
from measurements.models import Occasion
from programs.standing import module_of

DECIDED = Decision(reason="Bedömd: programmet passar besvären, motiverad, ingen akut självmordsrisk.")


def begin(month: Month, plan: Plan, act: Act, at: datetime) -> None:
    """Her therapist starts the treatment; she says how she wants to get notices."""
    patient, therapist = month.unit.patients[plan.number], month.unit.therapists[plan.therapist]
    treatment = start_treatment(
        patient,
        version=month.unit.version,
        unit=month.unit.unit,
        therapist=therapist,
        starts_on=local_date(at),
        decision=DECIDED,
        by=month.staff(therapist),
        at=at,
    )
    month.treatments[plan.number] = treatment.pk
    choose_notices(patient, notices_by=plan.notices_by, phone=patient.phone, by=month.own(patient))


def answer(month: Month, plan: Plan, act: Act, at: datetime) -> None:
    """All that is open to her and that her course has answers to."""
    treatment = month.treatment(plan.number)
    rows = Occasion.objects.open(at).to_patient().filter(series=treatment.series_id)
    for occasion in rows.select_related("instrument").order_by("opens_at", "kind", "instrument__slug"):
        values = values_of(plan.course, occasion)
        if values is None:
            continue
        answer_occasion(
            treatment,
            occasion,
            option_codes(occasion, values),
            language="sv",
            client_key=uuid4(),
            given_by=treatment.patient,
            by=month.own(treatment.patient),
            at=at,
        )


def hand_in(month: Month, plan: Plan, act: Act, at: datetime) -> None:
    """The module in hand, with its first and last step done and without exercises; none waits when all are in."""
    treatment = month.treatment(plan.number)
    by = month.own(treatment.patient)
    open_ones = ModuleProgress.objects.filter(treatment=treatment, submitted_at=None)
    progress = open_ones.order_by("position").first()
    if progress is None or not treatment.is_running:
        month.refused["hand_in: no module is open"] += 1
        return
    steps = module_of(treatment.version_id, progress.module_key).document["steps"]
    for step in {steps[0]["key"]: None, steps[-1]["key"]: None}:
        mark_step_done(progress, step, by=by, at=at)
    hand_in_module(treatment, progress.module_key, patient=treatment.patient, confirmed=True, by=by, at=at)


def write(month: Month, plan: Plan, act: Act, at: datetime) -> None:
    """A message to her therapist."""
    treatment = month.treatment(plan.number)
    text = month.chance("write", plan.number, at).choice(data("threads"))["text"]
    by = month.own(treatment.patient)
    send_message(treatment, text, sender=treatment.patient, client_key=uuid4(), by=by, at=at)


def pause(month: Month, plan: Plan, act: Act, at: datetime) -> None:
    """She lets her treatment rest."""
    treatment = month.treatment(plan.number)
    pause_treatment(treatment, days=act.days, by=month.own(treatment.patient), at=at)


OWN = {What.START: begin, What.ANSWER: answer, What.HAND_IN: hand_in, What.WRITE: write, What.PAUSE: pause}


def put_in(month: Month) -> None:
    """All that the plans say of the patients' own acts, each at its time."""
    for plan in month.plans:
        for act in plan.acts:
            if act.what in OWN:
                month.later(month.moment(act.after), act.what, partial(OWN[act.what], month, plan, act))
