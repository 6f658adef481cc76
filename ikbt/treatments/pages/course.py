"""Her course as she sees it: where it stands in plain words, its dates, and the forms to pause or ask to end it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ikbt.common.clock import local_date
from ikbt.treatments.access import Mine
from ikbt.treatments.course_states import Event, State, Who, obstacles
from ikbt.treatments.ending import has_asked_to_end
from ikbt.treatments.models import CarePlan, Pause, Treatment
from ikbt.treatments.pausing import PausePreview, longest_pause, preview_pause
from ikbt.treatments.stepping import WHY_NOT, situation_of
from ikbt.treatments.thresholds import thresholds_of
from measurements.models import Occasion
from measurements.plan import months_after

LONGEST_TEXT = 4_000


@dataclass(frozen=True)
class CourseNow:
    """Where it stands: a heading, and what that means for her."""

    title: str
    text: str


class OwnPauseForm(forms.Form):
    """For how many days she rests."""

    days = forms.TypedChoiceField(label=_("How long?"), coerce=int)
    reason = forms.CharField(
        label=_("Why, if you want to tell"),
        help_text=_("Your therapist reads it."),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, most: int, treatment: Treatment, at: datetime) -> None:
        super().__init__(data)
        rows = [(str(days), _said(preview_pause(treatment, days=days, at=at))) for days in range(1, most + 1)]
        field = self.fields["days"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [("", gettext("Choose")), *rows]


class WishForm(forms.Form):
    """That she wants to end, and why if she wants to say."""

    reason = forms.CharField(
        label=_("Why, if you want to tell"),
        help_text=_("It is sent to your therapist as a message."),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    client_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)


def course_now(treatment: Treatment, *, at: datetime) -> CourseNow:
    """In her words; at most one query."""
    state, ended = State(treatment.state), treatment.ended_at
    numbers = thresholds_of(treatment.unit)
    if state is State.READY:
        return CourseNow(
            gettext("Your treatment has not begun yet"),
            gettext("It begins on %(day)s.") % {"day": _day(treatment.starts_on)},
        )
    if state is State.PAUSED:
        until = Pause.objects.get(treatment=treatment, ended_at=None).resumes_on
        text = gettext("It goes on by itself on %(day)s. We may still ask once a week how you are.")
        return CourseNow(gettext("Your treatment is paused"), text % {"day": _day(until)})
    if state is State.MAINTENANCE and ended:
        until = months_after(local_date(ended), numbers.maintenance_months)
        text = gettext("Read and practise here until %(day)s. Nobody reads what you write any more.")
        return CourseNow(gettext("You go on by yourself now"), text % {"day": _day(until)})
    if state is State.DISCONTINUED and ended:
        until = local_date(ended) + timedelta(days=numbers.reopen_days)
        text = gettext("Have you changed your mind? It can be taken up again until %(day)s: call your unit.")
        return CourseNow(gettext("Your treatment has ended"), text % {"day": _day(until)})
    return _without_dates(treatment, state, at)


def _without_dates(treatment: Treatment, state: State, at: datetime) -> CourseNow:
    if state is State.ACTIVE:
        return CourseNow(
            gettext("Your treatment is under way"),
            gettext("The last day is planned to be %(day)s.") % {"day": _day(treatment.ends_on)},
        )
    if state is State.CLOSING:
        asks = Occasion.objects.open(at).to_patient().filter(series=treatment.series_id).exists()
        return CourseNow(
            gettext("The last part of your treatment"),
            gettext("Answer the questions after the treatment. Your therapist plans a closing talk with you.")
            if asks
            else gettext("Your therapist plans a closing talk with you."),
        )
    if state is State.FOLLOW_UP:
        return CourseNow(
            gettext("Your treatment is finished"),
            gettext("Everything is here to read. Some questions come now and then about how you are."),
        )
    return CourseNow(gettext("Your treatment has ended"), gettext("Everything is here to read."))


def course_page(
    mine: Mine, *, at: datetime, pause: OwnPauseForm | None = None, wish: WishForm | None = None
) -> dict[str, Any]:
    """Context of templates/treatments/course.html, with the form that was refused."""
    treatment = mine.treatment
    most = longest_pause(treatment, by=mine.actor)
    why = obstacles(State(treatment.state), Event.PAUSED, situation_of(treatment, at), who={Who.PATIENT})
    return {
        "now": course_now(treatment, at=at),
        "dates": course_dates(treatment),
        "is_paused": treatment.state == State.PAUSED,
        "may_pause": not why and most > 0,
        "why_no_pause": [] if treatment.state != State.ACTIVE else [WHY_NOT[one] for one in why],
        "most": most,
        "pause": pause or OwnPauseForm(most=most, treatment=treatment, at=at),
        "may_ask_to_end": treatment.is_running,
        "has_asked": has_asked_to_end(treatment),
        "wish": wish or WishForm(initial={"client_key": uuid4()}),
        "plans": CarePlan.objects.filter(treatment=treatment).shared(),
        "reopen_days": thresholds_of(treatment.unit).reopen_days,
    }


def course_dates(treatment: Treatment) -> list[tuple[str, str]]:
    """The days that are fixed."""
    found = [(gettext("Start"), _day(treatment.starts_on))]
    if treatment.ended_at:
        found.append((gettext("Ended"), _day(local_date(treatment.ended_at))))
    elif treatment.ends_on:
        found.append((gettext("Planned last day"), _day(treatment.ends_on)))
    later = Occasion.objects.standing().filter(
        series=treatment.series_id, kind=Occasion.Kind.FOLLOW_UP, answered_at=None
    )
    days = sorted({local_date(one) for one in later.values_list("opens_at", flat=True)})
    found += [(gettext("Follow-up questions"), _day(day)) for day in days]
    return found


def _said(pause: PausePreview) -> str:
    """How long, and to what day the last one moves."""
    said = {"days": pause.days, "day": date_format(pause.resumes_on, "j F")}
    if pause.ends_on is None:
        text = ngettext("%(days)d day, until %(day)s", "%(days)d days, until %(day)s", pause.days)
    else:
        said["last"] = date_format(pause.ends_on, "j F")
        text = ngettext(
            "%(days)d day, until %(day)s (last day %(last)s)",
            "%(days)d days, until %(day)s (last day %(last)s)",
            pause.days,
        )
    return text % said


def _day(day: Any) -> str:
    return str(date_format(day, "j F Y")) if day else ""
