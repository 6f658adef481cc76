"""What happened in the course, newest first, in words; decides what of an event a therapist needs to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ikbt.treatments.ending import WISH
from ikbt.treatments.models import Alert, Transfer, Treatment, TreatmentEvent
from therapist import wording

NEWEST = 30
KINDS = {
    TreatmentEvent.Kind.MODULE_SUBMITTED: "accent",
    TreatmentEvent.Kind.FEEDBACK_GIVEN: "success",
    TreatmentEvent.Kind.ALERT_CLOSED: "success",
    TreatmentEvent.Kind.SLEEP_WINDOW: "accent",
}


@dataclass(frozen=True)
class Happening:
    """One line of the timeline."""

    at: datetime
    title: str
    text: str
    kind: str


def timeline(treatment: Treatment, outline: Mapping[str, Any]) -> list[Happening]:
    """The newest events, the newest on top; one query."""
    return happenings(events_of(treatment)[:NEWEST], outline)


def events_of(treatment: Treatment) -> Any:
    """All events of a treatment, the newest first, with who acted; of one moment the later step of the course first."""
    rows = TreatmentEvent.objects.filter(treatment=treatment).select_related("actor")
    # What one act does at once stands in one order everywhere: started, then opened; feedback, then opened.
    step = F("course_step").desc(nulls_first=True)
    return rows.defer("actor__personal_number").order_by("-at", step, "-kind", "-id")


def happenings(events: Iterable[TreatmentEvent], outline: Mapping[str, Any]) -> list[Happening]:
    """Events in words."""
    titles = {module["key"]: str(module["title"]) for module in outline["modules"]}
    return [_happening(event, titles.get(event.module_key, event.module_key)) for event in events]


def _happening(event: TreatmentEvent, title: str) -> Happening:
    words = {
        TreatmentEvent.Kind.STARTED: _("The treatment started"),
        TreatmentEvent.Kind.MODULE_OPENED: _("Opened: %(module)s") % {"module": title},
        TreatmentEvent.Kind.MODULE_SUBMITTED: _("Handed in: %(module)s") % {"module": title},
        TreatmentEvent.Kind.FEEDBACK_GIVEN: _("Feedback: %(module)s") % {"module": title},
        TreatmentEvent.Kind.ALERT_RAISED: alert_raised(event.details),
        TreatmentEvent.Kind.ALERT_CLOSED: _("Alert closed: %(outcome)s")
        % {"outcome": _outcome(event.details)},
        TreatmentEvent.Kind.THERAPIST_CHANGED: _("New responsible therapist"),
        TreatmentEvent.Kind.OFFER_ACCEPTED: _("Offer accepted: %(module)s") % {"module": title},
        TreatmentEvent.Kind.OFFER_DECLINED: _("Offer declined: %(module)s") % {"module": title},
        TreatmentEvent.Kind.CHOSEN: _("Choice made"),
        TreatmentEvent.Kind.SUBTYPES_OPENED: _("Subtypes opened"),
        TreatmentEvent.Kind.VERSION_CHANGED: _("Moved to version %(number)s of the program")
        % {"number": event.details.get("to", "")},
        TreatmentEvent.Kind.MODULE_RECALLED: _("Recalled: %(module)s") % {"module": title},
        TreatmentEvent.Kind.MODULE_BACK: _("Readable again: %(module)s") % {"module": title},
        TreatmentEvent.Kind.ENDED: _("The treatment ended"),
        TreatmentEvent.Kind.SLEEP_WINDOW: _("Sleep window decided"),
        TreatmentEvent.Kind.MODULE_HELD: _("Held: %(module)s") % {"module": title},
        TreatmentEvent.Kind.MODULE_RELEASED: _("No longer held: %(module)s") % {"module": title},
        TreatmentEvent.Kind.MODULE_SKIPPED: _("Left out: %(module)s") % {"module": title},
        TreatmentEvent.Kind.MODULE_PUT_BACK: _("Put back: %(module)s") % {"module": title},
        TreatmentEvent.Kind.MODULE_MOVED: _("Moved: %(module)s") % {"module": title},
    }
    kind = TreatmentEvent.Kind(event.kind)
    parts = [event.actor.name if event.actor else "", event.reason]
    if kind is TreatmentEvent.Kind.ALERT_RAISED:
        colour = "danger" if event.details.get("level") == Alert.Level.HIGH else "warning"
    else:
        colour = KINDS.get(kind, "neutral")
    said = words.get(kind) or kind_in_words(event)
    return Happening(event.at, said, ": ".join(part for part in parts if part), colour)


def kind_in_words(event: TreatmentEvent) -> str:
    """What kind of step it was; an offer that its own unit took back was not declined by the other."""
    if event.details.get("answer") == Transfer.Answer.WITHDRAWN:
        return _("Offer to another unit taken back")
    return str(capfirst(event.get_kind_display()))


def alert_raised(details: Mapping[str, object]) -> str:
    """What kind of alert it was, in words."""
    if details.get("cause") == WISH:
        return _("The patient wants to end the treatment")
    if details.get("kind") == Alert.Kind.DETERIORATION:
        return _("Alert: deterioration")
    if details.get("kind") == Alert.Kind.MISSING:
        return _("Alert: questionnaire unanswered")
    if details.get("kind") == Alert.Kind.RECALL:
        return _("Alert: a module was recalled")
    if details.get("kind") == Alert.Kind.SLEEPINESS:
        return _("Alert: dangerous sleepiness")
    if details.get("kind") == Alert.Kind.CHECK:
        return _("Time to check the suicide risk again")
    if details.get("kind") == Alert.Kind.COURSE:
        return _("The course needs a decision")
    if details.get("kind") == Alert.Kind.SILENT:
        return _silence(str(details.get("cause", "")))
    if details.get("level") == Alert.Level.HIGH:
        return _("Alert: high risk")
    return _("Alert: watch")


def _silence(cause: str) -> str:
    """The cause is the business key, which begins with the rule's."""
    step = wording.step_of(cause.partition(":")[0])
    return _("By rule: silent, %(step)s") % {"step": step} if step else _("By rule: silent")


def _outcome(details: Mapping[str, object]) -> str:
    outcome = details.get("outcome", "")
    return str(Alert.Outcome(str(outcome)).label) if outcome in Alert.Outcome.values else ""
