"""What is done with a course from its page: which act asks for what, what it does, and what stands in its way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ikbt.treatments.access import Cared
from ikbt.treatments.course_states import TABLE, Event, Guard, Situation, State, Who, obstacles
from ikbt.treatments.ending import (
    begin_closing,
    close_treatment,
    complete_treatment,
    discontinue_treatment,
)
from ikbt.treatments.models import Transfer, Treatment
from ikbt.treatments.pausing import pause_treatment, resume_treatment
from ikbt.treatments.prolonging import prolong_treatment
from ikbt.treatments.reopening import reopen_treatment
from ikbt.treatments.starting import Decision, begin_treatment, sign_decision
from ikbt.treatments.stepping import WHY_NOT
from ikbt.treatments.transferring import offer_transfer, withdraw_transfer
from therapist.course_forms import (
    CourseForm,
    DiscontinueForm,
    OfferForm,
    PauseForm,
    ProlongForm,
    ReasonedForm,
    SignForm,
    TalkedForm,
)

Run = Callable[[Cared, Any, datetime], object]


@dataclass(frozen=True)
class CourseAct:
    """One act: its words, its form, what it does. `event` None: it moves nothing, as the signing."""

    key: str
    event: Event | None
    label: str
    about: str
    done: str
    form: type[CourseForm]
    run: Run
    is_grave: bool = False


def _pause(cared: Cared, form: PauseForm, at: datetime) -> object:
    said = form.cleaned_data
    return pause_treatment(
        cared.treatment,
        days=form.days,
        by=cared.actor,
        at=at,
        reason=said["reason"],
        in_hospital=said["in_hospital"],
    )


def _prolong(cared: Cared, form: ProlongForm, at: datetime) -> object:
    return prolong_treatment(cared.treatment, **form.cleaned_data, by=cared.actor, at=at)


def _discontinue(cared: Cared, form: DiscontinueForm, at: datetime) -> object:
    return discontinue_treatment(cared.treatment, **form.cleaned_data, by=cared.actor, at=at)


def _offer(cared: Cared, form: OfferForm, at: datetime) -> object:
    said = form.cleaned_data
    return offer_transfer(
        cared.treatment,
        to=form.unit,
        summary=said["summary"],
        consents=said["consents"],
        legal_basis=said["legal_basis"],
        by=cared.actor,
        at=at,
    )


def _withdraw(cared: Cared, form: CourseForm, at: datetime) -> object:
    # A page that is out of date: the verb refuses, and says that no transfer waits.
    offer = Transfer.objects.filter(treatment=cared.treatment).order_by("-offered_at").first()
    return withdraw_transfer(offer or Transfer(treatment=cared.treatment), by=cared.actor, at=at)


def _sign(cared: Cared, form: SignForm, at: datetime) -> object:
    said = form.cleaned_data
    decision = Decision(
        reason=said["reason"],
        level=said["level"],
        safety_plan_seen=said["safety_plan_seen"],
        beside=said.get("beside", ""),
    )
    return sign_decision(cared.treatment, decision, signed_by=cared.staff, by=cared.actor, at=at)


# In the order of a course's life; the keys stand in addresses.
ACTS: Mapping[str, CourseAct] = {
    act.key: act
    for act in (
        CourseAct(
            "signera",
            None,
            gettext_noop("Sign the decision"),
            gettext_noop("Why and how the patient is treated. Nothing starts without it."),
            gettext_noop("The decision is signed."),
            SignForm,
            _sign,
        ),
        CourseAct(
            "starta",
            Event.STARTED,
            gettext_noop("Start the treatment"),
            gettext_noop(
                "The first module opens and the first questions are put. By itself on its day otherwise."
            ),
            gettext_noop("The treatment has started."),
            CourseForm,
            lambda cared, form, at: begin_treatment(cared.treatment, by=cared.actor, at=at),
        ),
        CourseAct(
            "pausa",
            Event.PAUSED,
            gettext_noop("Pause"),
            gettext_noop(
                "The end and all that is unanswered move by as many days. The question about suicide is still put "
                "once a week. It goes on by itself, and you get a task."
            ),
            gettext_noop("The treatment is paused. The patient is told."),
            PauseForm,
            _pause,
        ),
        CourseAct(
            "aterupptag",
            Event.RESUMED,
            gettext_noop("Go on after the pause"),
            gettext_noop("It goes on today. Days that were not used are given back."),
            gettext_noop("The treatment goes on. The patient is told."),
            CourseForm,
            lambda cared, form, at: resume_treatment(cared.treatment, by=cared.actor, at=at),
        ),
        CourseAct(
            "forlang",
            Event.PROLONGED,
            gettext_noop("Prolong"),
            gettext_noop("The end moves by whole weeks, with weekly questions in them."),
            gettext_noop("The treatment is prolonged. The patient is told."),
            ProlongForm,
            _prolong,
        ),
        CourseAct(
            "avrunda",
            Event.CLOSING_BEGUN,
            gettext_noop("Begin the closing"),
            gettext_noop("The questions after the treatment open now, and the closing talk is to be held."),
            gettext_noop("The closing has begun. The patient is told."),
            CourseForm,
            lambda cared, form, at: begin_closing(cared.treatment, by=cared.actor, at=at),
        ),
        CourseAct(
            "fullfolj",
            Event.COMPLETED,
            gettext_noop("Complete after the closing talk"),
            gettext_noop(
                "The patient reads and practises on for some months; messages end. Follow-ups count from today."
            ),
            gettext_noop("The treatment is completed. The patient is told."),
            TalkedForm,
            lambda cared, form, at: complete_treatment(
                cared.treatment, reason=form.cleaned_data["reason"], by=cared.actor, at=at
            ),
        ),
        CourseAct(
            "erbjud",
            Event.TRANSFER_OFFERED,
            gettext_noop("Offer to another unit"),
            gettext_noop("You answer for the patient until the other unit has said yes."),
            gettext_noop("The other unit has the offer."),
            OfferForm,
            _offer,
        ),
        CourseAct(
            "ta-tillbaka",
            Event.TRANSFER_DECLINED,
            gettext_noop("Take the offer to another unit back"),
            gettext_noop("The patient stays here. The other unit is told."),
            gettext_noop("The offer is taken back. The other unit is told."),
            CourseForm,
            _withdraw,
        ),
        CourseAct(
            "avbryt",
            Event.DISCONTINUED,
            gettext_noop("End ahead of time"),
            gettext_noop(
                "The patient can still read, but not write. It can be taken up again for some weeks."
            ),
            gettext_noop("The treatment has ended. The patient is told."),
            DiscontinueForm,
            _discontinue,
            is_grave=True,
        ),
        CourseAct(
            "ateroppna",
            Event.REOPENED,
            gettext_noop("Take it up again"),
            gettext_noop("It goes on where it was; the end moves by the days it lay still."),
            gettext_noop("The treatment goes on. The patient is told."),
            ReasonedForm,
            lambda cared, form, at: reopen_treatment(
                cared.treatment, reason=form.cleaned_data["reason"], by=cared.actor, at=at
            ),
        ),
        CourseAct(
            "stang",
            Event.CLOSED,
            gettext_noop("Close the case"),
            gettext_noop(
                "Questions still to come are withdrawn. Nothing may wait: no alert, message or work."
            ),
            gettext_noop("The case is closed."),
            ReasonedForm,
            lambda cared, form, at: close_treatment(
                cared.treatment, reason=form.cleaned_data["reason"], by=cared.actor, at=at
            ),
            is_grave=True,
        ),
    )
}


def why_not(act: CourseAct, cared: Cared, situation: Situation, *, who: frozenset[Who]) -> list[str]:
    """Sentences on what stands in the way now; none when it may be done."""
    treatment = cared.treatment
    if act.event is None:
        return _why_not_signed(cared, situation)
    found = obstacles(State(treatment.state), act.event, situation, who=who)
    return [_in_another_state(act.event) if one is Guard.OTHER_STATE else str(WHY_NOT[one]) for one in found]


def _why_not_signed(cared: Cared, situation: Situation) -> list[str]:
    if cared.treatment.state != State.READY or situation.decided:
        return [_("Done once, before the treatment starts.")]
    if cared.staff.pk != cared.treatment.therapist_id:
        return [_("The responsible therapist signs the decision.")]
    return []


def _in_another_state(event: Event) -> str:
    states = [str(Treatment.State(state).label) for state, one in TABLE if one is event and state is not None]
    return _("Done only in the state %(states)s.") % {"states": get_text_list(states, _("or"))}
