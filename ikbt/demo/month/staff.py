"""What a simulated unit's staff do: two rounds a working day, red alerts at once or not, a leave, other hands."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial
from uuid import UUID, uuid4

from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from ikbt.accounts.models import Person
from ikbt.accounts.opening import opening_hours_of
from ikbt.audit.models import Entry
from ikbt.audit.recording import record
from ikbt.common.clock import STOCKHOLM, local_date
from ikbt.demo.month.living import BEGINS, Month
from ikbt.demo.month.planning import Act, Plan, What
from ikbt.demo.people import data
from ikbt.treatments.access import Cared, find_relation
from ikbt.treatments.alerting import close_alert, take_alert
from ikbt.treatments.assessing_risk import Assessed
from ikbt.treatments.covering import register_absence
from ikbt.treatments.ending import close_treatment, discontinue_treatment
from ikbt.treatments.handing_over import hand_over
from ikbt.treatments.messaging import send_message
from ikbt.treatments.models import Alert, CareRelation, Message, ModuleProgress, RiskAssessment, Treatment
from ikbt.treatments.next_in_line import may_open_desk, who_is_away
from ikbt.treatments.releasing import next_module
from therapist.replying import give_feedback

ROUNDS = (time(9, 10), time(13, 10))
# How long a patient's page takes her, and how many of those that wait she comes to in a round.
A_PAGE, COMES_TO = timedelta(minutes=4), 0.85
# Whoever is asked sees a red alert within a quarter of an hour four times in ten, and talks for half an hour.
SEES, TALKS = 0.4, timedelta(minutes=30)
ON_LEAVE, LEAVE = 6, timedelta(days=4, hours=9)
WAY_ON = "Har arbetat med delen och kan öva vidare på egen hand."
OTHERS = "Byte efter önskemål från patienten."


def put_in(month: Month) -> None:
    """Rounds on each working day, leaves, and what the plans say is done at the unit."""
    hours = opening_hours_of(month.unit.unit)
    for day in (BEGINS + timedelta(days=number) for number in range(month.days)):
        if hours.on(day) is None:
            continue
        for begins in ROUNDS:
            at = datetime.combine(day, begins, tzinfo=STOCKHOLM)
            for number in range(len(month.unit.therapists)):
                month.later(at, "round", partial(make_round, month, number))
    for number in range(1, len(month.unit.therapists), ON_LEAVE):
        at = month.moment(timedelta(days=2 + number % 5, hours=8))
        month.later(at, "leave", partial(go_on_leave, month, number))
    for plan in month.plans:
        for act in plan.acts:
            if act.what in AT_UNIT:
                month.later(month.moment(act.after), act.what, partial(AT_UNIT[act.what], month, plan, act))


def make_round(month: Month, number: int, at: datetime) -> None:
    """She opens one after the other those whom something of is hers to do, most of them this time."""
    therapist = month.unit.therapists[number]
    away = who_is_away(month.unit.unit.pk, at=at)
    if therapist.pk in away:
        return
    chance, opens = month.chance("round", number, at), at
    known = {pk: whose for whose, pk in month.treatments.items()}
    hers = _hers(therapist, away, at)
    waiting = Treatment.objects.filter(pk__in=hers).filter(_something_waits(therapist))
    for whose in sorted(known[one] for one in waiting.values_list("pk", flat=True)):
        if chance.random() < COMES_TO:
            opens += A_PAGE
            month.later(opens, "visit", partial(visit, month, therapist, month.treatments[whose]))


def visit(month: Month, therapist: Person, treatment_id: UUID, at: datetime) -> None:
    """One patient's page: alerts closed, messages answered, feedback given, the next module opened."""
    cared = open_patient(month, therapist, treatment_id)
    if cared is None:
        return
    mine = Alert.objects.filter(treatment=treatment_id, owner=therapist, closed_at=None).exclude(_red())
    for alert in mine.select_related("treatment__unit").order_by("raised_at", "kind"):
        close(month, alert, cared, at)
    if not cared.treatment.is_running:
        return
    if Message.objects.filter(treatment=treatment_id, from_patient=True, answered_at=None).exists():
        _write(month, cared, _text(month, cared, at)["reply"], at)
    handed_in = ModuleProgress.objects.filter(treatment=treatment_id, submitted_at__isnull=False)
    for progress in handed_in.filter(feedback_at=None).order_by("position"):
        _give_feedback(month, cared, progress, at)


def look_at_red(month: Month, at: datetime) -> None:
    """Whoever is asked sees it sooner or later while the unit is open; a manager lets the therapist act."""
    if not opening_hours_of(month.unit.unit).is_open(at):
        return
    rows = Alert.objects.filter(_red(), closed_at=None, taken_at=None).select_related("treatment", "owner")
    known = {pk: whose for whose, pk in month.treatments.items()}
    for alert in sorted(rows, key=lambda one: known[one.treatment_id]):
        chance = month.chance("red", known[alert.treatment_id], alert.stage, at)
        if chance.random() >= SEES:
            continue
        treatment: Treatment = alert.treatment
        acts = alert.owner if may_open_desk(alert.owner, treatment, at) else month.unit.coordinator
        cared = open_patient(month, acts, treatment.pk)
        if cared is not None:
            take_alert(alert, staff=acts, by=cared.actor, at=at)
            month.later(at + TALKS, "red closed", partial(_close_red, month, acts, alert.pk))


def open_patient(month: Month, staff: Person, treatment_id: UUID) -> Cared | None:
    """As the door of her page does: by a care relation that runs now, and with a row in the log."""
    try:
        relation = find_relation(staff, treatment_id)
    except Http404:
        month.refused["visit: no care relation"] += 1
        return None
    cared = Cared(relation.treatment, staff, relation, month.staff(staff))
    record(
        Entry.Action.READ,
        by=cared.actor,
        kind="treatment",
        object_id=treatment_id,
        patient=cared.treatment.patient_id,
        relation=relation.kind,
    )
    return cared


def close(month: Month, alert: Alert, cared: Cared, at: datetime) -> None:
    """Taken and closed with what its kind asks for; who is silent is written to."""
    take_alert(alert, staff=cared.staff, by=cared.actor, at=at)
    if alert.kind == Alert.Kind.SILENT and cared.treatment.is_running:
        _write(month, cared, "Hej! Jag undrar hur du har det. Skriv gärna en rad när du orkar.", at)
    high = alert.level == Alert.Level.HIGH
    pile = "deterioration" if alert.kind == Alert.Kind.DETERIORATION else alert.level
    close_alert(
        Alert.objects.select_related("treatment__unit").get(pk=alert.pk),
        outcome=Alert.Outcome.SAFETY_PLAN if high else Alert.Outcome.REVIEWED,
        note=month.chance("note", at).choice(data("texts")["close_notes"][pile]),
        staff=cared.staff,
        by=cared.actor,
        at=at,
        assessed=_assessed(alert, at) if alert.asks_assessment else None,
    )


def go_on_leave(month: Month, number: int, at: datetime) -> None:
    """Some days off; the next one stands in."""
    people = month.unit.therapists
    stand_in = people[(number + 1) % len(people)]
    register_absence(
        people[number],
        unit=month.unit.unit,
        until=at + LEAVE,
        by=month.staff(people[number]),
        at=at,
        stand_in=stand_in if stand_in != people[number] else None,
    )


def give_to_another(month: Month, plan: Plan, act: Act, at: datetime) -> None:
    """The coordinator lets another therapist go on."""
    others = month.unit.therapists
    to, by = others[(plan.therapist + 2) % len(others)], month.staff(month.unit.coordinator)
    hand_over(month.treatment(plan.number), to=to, reason=OTHERS, by=by, at=at)


def end(month: Month, plan: Plan, act: Act, at: datetime) -> None:
    """Her therapist ends the treatment before its time."""
    treatment = month.treatment(plan.number)
    by = month.staff(treatment.therapist)
    discontinue_treatment(treatment, code="time", reason="Hinner inte med just nu.", by=by, at=at)


def close_case(month: Month, plan: Plan, act: Act, at: datetime) -> None:
    """Her therapist closes the case; refused while something waits."""
    treatment = month.treatment(plan.number)
    close_treatment(treatment, reason="Ingenting väntar.", by=month.staff(treatment.therapist), at=at)


AT_UNIT = {What.HAND_OVER: give_to_another, What.END: end, What.CLOSE: close_case}


def _close_red(month: Month, staff: Person, alert_id: UUID, at: datetime) -> None:
    alert = Alert.objects.select_related("treatment__unit").get(pk=alert_id)
    cared = open_patient(month, staff, alert.treatment_id)
    if cared is not None and alert.closed_at is None:
        close(month, alert, cared, at)


def _red() -> Q:
    return Q(kind=Alert.Kind.RISK, level=Alert.Level.HIGH)


def _hers(therapist: Person, away: frozenset[UUID], at: datetime) -> list[UUID]:
    """Those she answers for, and those of whoever is away that she covers."""
    rows = CareRelation.objects.on_duty(at).filter(staff=therapist)
    rows = rows.filter(kind__in=[CareRelation.Kind.RESPONSIBLE, CareRelation.Kind.STAND_IN])
    found = rows.values_list("treatment", "kind", "treatment__therapist")
    return [one for one, kind, whose in found if kind == CareRelation.Kind.RESPONSIBLE or whose in away]


def _something_waits(therapist: Person) -> Q:
    own = {"treatment": OuterRef("pk")}
    alerts = Alert.objects.filter(**own, owner=therapist, closed_at=None).exclude(_red())
    messages = Message.objects.filter(**own, from_patient=True, answered_at=None)
    modules = ModuleProgress.objects.filter(**own, submitted_at__isnull=False, feedback_at=None)
    return Q(Exists(alerts)) | Q(Exists(messages)) | Q(Exists(modules))


def _text(month: Month, cared: Cared, at: datetime) -> dict[str, str]:
    chosen: dict[str, str] = month.chance("reply", at).choice(data("threads"))
    return chosen


def _write(month: Month, cared: Cared, text: str, at: datetime) -> None:
    send_message(cared.treatment, text, sender=cared.staff, client_key=uuid4(), by=cared.actor, at=at)


def _give_feedback(month: Month, cared: Cared, progress: ModuleProgress, at: datetime) -> None:
    texts = data("texts")["feedback"]
    text = (texts.get(progress.module_key) or texts["m06"])[0].format(name=cared.treatment.patient.first_name)
    following = next_module(cared.treatment)
    give_feedback(
        cared.treatment,
        progress.module_key,
        text,
        author=cared.staff,
        open_next=following["key"] if following else "",
        reason=WAY_ON,
        client_key=uuid4(),
        by=cared.actor,
        at=at,
    )


def _assessed(alert: Alert, at: datetime) -> Assessed:
    """What is said of the risk; after a red one all of it."""
    said = RiskAssessment.Said
    if alert.level != Alert.Level.HIGH:
        next_check = None if alert.kind == Alert.Kind.CHECK else local_date(at) + timedelta(days=7)
        return Assessed(level_after=RiskAssessment.Level.LOW, next_check_on=next_check)
    return Assessed(
        level_after=RiskAssessment.Level.RAISED,
        next_check_on=local_date(at) + timedelta(days=3),
        contact=RiskAssessment.Contact.PHONE,
        contact_at=at - TALKS,
        thoughts=said.YES,
        plan=said.NO,
        intent=said.NO,
        means=said.NO,
        earlier_attempts=said.UNCLEAR,
        protective=data("texts")["protective"],
        action=data("texts")["risk_action"],
        safety_plan=RiskAssessment.SafetyPlan.REVIEWED,
    )
