"""Tell the course of treatments that began before its events were kept: decision, steps, and a pause's length."""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone

ENDS = {
    "closing": ["closing_begun"],
    "maintenance": ["closing_begun", "completed"],
    "follow_up": ["closing_begun", "completed", "follow_up_begun"],
    "discontinued": ["discontinued"],
}
PAUSE_DAYS = 14


def tell(apps, editor):
    treatment = apps.get_model("treatments", "Treatment")
    for one in treatment._base_manager.order_by("pk").iterator():
        _tell(apps, one)


def _tell(apps, one):
    event = apps.get_model("treatments", "TreatmentEvent")._base_manager
    decision = apps.get_model("treatments", "TreatmentDecision")._base_manager
    own = event.filter(treatment=one)
    # Nobody has signed one: it says so by an empty signature.
    if one.state != "ready" and not decision.filter(treatment=one).exists():
        decision.create(
            treatment=one,
            version_id=one.version_id,
            reason="",
            signed_by=None,
            signed_at=one.created_at,
        )
    changes = list(own.filter(kind="therapist_changed").order_by("at", "pk"))
    first = changes[0].details["from"] if changes else str(one.therapist_id)
    steps = [_new(event, one, "prepared", one.created_at, {"unit": str(one.unit_id), "therapist": first})]
    if one.state != "ready":
        steps.append(_started(event, own, one))
    steps += changes
    ended = one.ended_at or timezone.now()
    own.filter(kind="ended").delete()
    steps += [_new(event, one, kind, ended, {"reason": one.end_reason}) for kind in _kinds(one)]
    if one.state == "paused":
        steps.append(_paused(apps, event, one))
    for number, step in enumerate(steps, start=1):
        step.course_step = number
        step.save()


def _kinds(one):
    if one.state == "closed":
        return [
            *(["closing_begun", "completed"] if one.end_reason == "completed" else ["discontinued"]),
            "closed",
        ]
    return ENDS.get(one.state, [])


def _started(event, own, one):
    stored = own.filter(kind="started").order_by("at").first()
    stored = stored or _new(event, one, "started", one.created_at, {})
    stored.details = {**stored.details, "starts_on": str(one.starts_on), "ends_on": str(one.ends_on)}
    return stored


def _paused(apps, event, one):
    today = timezone.localdate()
    apps.get_model("treatments", "Pause")._base_manager.create(
        treatment=one,
        begins_on=today,
        resumes_on=today + timedelta(days=PAUSE_DAYS),
        days=PAUSE_DAYS,
        by_patient=False,
    )
    one.ends_on += timedelta(days=PAUSE_DAYS)
    one.save(update_fields=["ends_on"])
    return _new(event, one, "paused", timezone.now(), {"moved": PAUSE_DAYS})


def _new(event, one, kind, at, details):
    return event.model(treatment=one, kind=kind, at=at, details={**details, "told_later": True})


class Migration(migrations.Migration):
    dependencies = [("treatments", "0015_course")]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
