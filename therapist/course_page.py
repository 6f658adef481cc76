"""The course's page: decides in what words its state, dates and past steps stand there, and which acts it offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ikbt.accounts.models import CareUnit
from ikbt.common.clock import local_date
from ikbt.treatments.access import Cared
from ikbt.treatments.course_states import Event, State
from ikbt.treatments.models import Pause, Transfer, Treatment, TreatmentDecision, TreatmentEvent
from ikbt.treatments.stepping import parts_of, replayed, situation_of
from ikbt.treatments.thresholds import thresholds_of
from measurements.models import Occasion
from measurements.plan import months_after
from therapist.course_acts import ACTS, CourseAct, why_not
from therapist.course_forms import CourseForm
from therapist.frame import is_emergency
from therapist.timeline import Happening, kind_in_words

COLOURS = {Event.DISCONTINUED: "warning", Event.COMPLETED: "success", Event.PAUSED: "accent"}


@dataclass(frozen=True)
class OfferedAct:
    """An act that may be done now, with its form."""

    act: CourseAct
    label: str
    about: str
    form: CourseForm

    @property
    def is_open(self) -> bool:
        """Shown unfolded: its form was posted and refused."""
        return self.form.is_bound


@dataclass(frozen=True)
class Refused:
    """An act that may not be done now, and why."""

    label: str
    why: str


def course_page(
    cared: Cared, *, at: datetime, bound: Mapping[str, CourseForm] | None = None
) -> dict[str, Any]:
    """Context of templates/therapist/course.html; `bound` holds the form that was refused, by its act's key."""
    treatment = cared.treatment
    offered, refused = _acts(cared, at=at, bound=bound or {})
    decision = TreatmentDecision.objects.filter(treatment=treatment).select_related("signed_by").first()
    return {
        "said": state_in_words(treatment, at=at),
        "dates": course_facts(treatment),
        "decision": decision,
        "level": str(capfirst(decision.get_level_display())) if decision else "",
        "steps": past_steps(treatment),
        "offered": offered,
        "refused": refused,
        "waits": Transfer.objects.waiting().filter(treatment=treatment).select_related("to_unit").first(),
    }


def _acts(
    cared: Cared, *, at: datetime, bound: Mapping[str, CourseForm]
) -> tuple[list[OfferedAct], list[Refused]]:
    if is_emergency(cared):
        return [], []
    situation = situation_of(cared.treatment, at)
    who = parts_of(cared.treatment, cared.actor, at)
    offered, refused = [], []
    for key, act in ACTS.items():
        why = why_not(act, cared, situation, who=who)
        form = bound.get(key)
        if why and form is None:
            refused.append(Refused(_(act.label), " ".join(why)))
            continue
        form = form or act.form(prefix=key, treatment=cared.treatment, at=at)
        offered.append(OfferedAct(act, _(act.label), _(act.about), form))
    return offered, refused


def state_in_words(treatment: Treatment, *, at: datetime) -> str:
    """One sentence or two on where the course stands."""
    numbers, state = thresholds_of(treatment.unit), State(treatment.state)
    ended = local_date(treatment.ended_at) if treatment.ended_at else None
    if state is State.READY:
        return _("Prepared. It is to start on %(day)s, when the decision is signed.") % {
            "day": _day(treatment.starts_on)
        }
    if state is State.PAUSED:
        until = Pause.objects.get(treatment=treatment, ended_at=None).resumes_on
        return _("Paused. It goes on by itself on %(day)s.") % {"day": _day(until)}
    if state is State.MAINTENANCE and ended:
        until = months_after(ended, numbers.maintenance_months)
        said = _("Completed. The patient reads and practises on until %(day)s; nobody reads what is written.")
        return said % {"day": _day(until)}
    if state is State.DISCONTINUED and ended:
        until = ended + timedelta(days=numbers.reopen_days)
        return _("Ended ahead of time: %(why)s. Can be taken up again until %(day)s.") % {
            "why": treatment.get_end_reason_display(),
            "day": _day(until),
        }
    return {
        State.ACTIVE: _("Under way."),
        State.CLOSING: _(
            "In its last part: the questions after the treatment are open, and the closing talk is to be held."
        ),
        State.FOLLOW_UP: _("Completed. Follow-up questions come; the patient can read, but not write."),
    }.get(state, _("The case is closed."))


def course_facts(treatment: Treatment) -> list[tuple[str, str]]:
    """Dates, and by what they have moved."""
    told = replayed(treatment)
    found = [(_("Start"), _day(treatment.starts_on))]
    if treatment.ends_on:
        found.append((_("Planned last day"), _day(treatment.ends_on)))
    if told and told.moved_days:
        found.append((_("Moved by"), _days(told.moved_days)))
    if told and told.paused_days:
        found.append((_("Of these paused"), _days(told.paused_days)))
    if treatment.ended_at:
        found.append((_("Ended"), _day(local_date(treatment.ended_at))))
    later = Occasion.objects.standing().filter(series=treatment.series_id, kind=Occasion.Kind.FOLLOW_UP)
    days = sorted({local_date(one) for one in later.values_list("opens_at", flat=True)})
    if days:
        found.append((_("Follow-ups"), ", ".join(_day(day) for day in days)))
    return found


def past_steps(treatment: Treatment) -> list[Happening]:
    """Every step of the course, the newest on top: who, when, why; two queries."""
    rows = TreatmentEvent.objects.filter(treatment=treatment).exclude(course_step=None)
    steps = list(rows.select_related("actor").defer("actor__personal_number").order_by("-course_step"))
    ids = {one.details["to_unit"] for one in steps if "to_unit" in one.details}
    units = {str(key): name for key, name in CareUnit.objects.filter(pk__in=ids).values_list("pk", "name")}
    return [_step(one, units) for one in steps]


def _step(step: TreatmentEvent, units: Mapping[str, str]) -> Happening:
    who = step.actor.name if step.actor else _("By rule")
    more = [_what_more(step, units), step.reason]
    text = ". ".join(part.rstrip(".") for part in [who, *more] if part)
    return Happening(step.at, kind_in_words(step), text, COLOURS.get(Event(step.kind), "neutral"))


def _what_more(step: TreatmentEvent, units: Mapping[str, str]) -> str:
    details, kind = step.details, Event(step.kind)
    if kind is Event.PAUSED and "resumes_on" in details:
        return _("Until %(day)s") % {"day": _day(date.fromisoformat(details["resumes_on"]))}
    if kind is Event.PROLONGED:
        weeks = int(details["weeks"])
        return ngettext("%(weeks)d week", "%(weeks)d weeks", weeks) % {"weeks": weeks}
    if kind is Event.DISCONTINUED and details.get("reason") in Treatment.EndReason.values:
        return str(capfirst(Treatment.EndReason(details["reason"]).label))
    return units.get(str(details.get("to_unit", "")), "")


def _day(day: Any) -> str:
    return str(date_format(day, "j F Y"))


def _days(number: int) -> str:
    return ngettext("%(days)d day", "%(days)d days", number) % {"days": number}
