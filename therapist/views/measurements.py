"""Questionnaires at the desk: what waits, one more asked for or withdrawn, and answers entered for the patient."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments import forms as posts
from ikbt.treatments.access import MY_PATIENTS_TREATMENT, Cared
from ikbt.treatments.answering import Answered, answer_out_of_turn
from ikbt.treatments.assisting import MODES, answer_for_patient
from ikbt.treatments.ordering import cancel_extra, order_extra, orderable
from measurements.form import read_answers
from measurements.storing import definition_of
from therapist.access import MY_PATIENTS_OCCASION, CaredOccasion
from therapist.frame import is_emergency, patient_frame
from therapist.measurements import entry_page, given_by_staff, waiting
from therapist.measuring_forms import AssistedForm, ExtraForm


@MY_PATIENTS_TREATMENT("GET", "POST")
def measurements(request: HttpRequest, cared: Cared) -> HttpResponse:
    """What waits for answers, and a form to ask for one more."""
    at = clock.now()
    instruments = orderable(cared.treatment, at=at)
    form = ExtraForm(request.POST or None, instruments=instruments)
    if request.method == "POST" and form.is_valid() and _order(cared, form):
        messages.success(request, _("The questionnaire is open. The patient is told that something waits."))
        return redirect("therapist:measurements", treatment_id=cared.treatment.pk)
    context = {
        **patient_frame(request, cared, here=_("Questionnaires")),
        "waiting": waiting(cared, at=at),
        "given": given_by_staff(cared),
        "form": form,
        "may_change": cared.treatment.is_running and not is_emergency(cared),
    }
    return render(request, "therapist/measurements.html", context)


@MY_PATIENTS_OCCASION("POST")
def withdraw(request: HttpRequest, cared: CaredOccasion) -> HttpResponse:
    """Withdraw an extra questionnaire; what is refused is said."""
    try:
        cancel_extra(cared.treatment, cared.occasion, by=cared.actor, at=clock.now())
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, _("The questionnaire is withdrawn."))
    return redirect("therapist:measurements", treatment_id=cared.treatment.pk)


@MY_PATIENTS_OCCASION("GET", "POST")
def answer_for(request: HttpRequest, cared: CaredOccasion) -> HttpResponse:
    """Enter what the patient answers, on the phone or in the room; gaps are confirmed, nothing typed is lost."""
    if not cared.occasion.is_open(clock.now()):
        return _closed(request, cared)
    answers = read_answers(definition_of(cared.occasion.instrument), request.POST)
    page = entry_page(cared, answers, key=request.POST.get("client_key", ""))
    form = AssistedForm(request.POST or None, begun=page["begun"])
    confirm = bool(page["missing"]) and request.POST.get("confirmed") != "1"
    if request.method == "POST" and form.is_valid() and not confirm:
        answered = _store(request, cared, form, answers, language=page["wording"])
        if answered is not None:
            return _after(request, cared, answered)
    context = {**patient_frame(request, cared, here=page["title"]), **page, "form": form}
    context["confirm"] = request.method == "POST" and confirm
    # The mark goes with what is drawn now: whoever hands in next has seen what the patient had begun.
    return render(
        request, "therapist/answer_for.html", context, status=422 if request.method == "POST" else 200
    )


def _closed(request: HttpRequest, cared: CaredOccasion) -> HttpResponse:
    told = _out_of_turn(request, cared) if request.method == "POST" else None
    if told is not None:
        return _after(request, cared, told)
    messages.info(request, _("This questionnaire is not open for answers now."))
    return redirect("therapist:measurements", treatment_id=cared.treatment.pk)


def _order(cared: Cared, form: ExtraForm) -> bool:
    data = form.cleaned_data
    return form.carries(
        lambda: order_extra(
            cared.treatment,
            data["instrument"],
            days=data["days"],
            note=data["note"],
            ordered_by=cared.staff,
            by=cared.actor,
            at=clock.now(),
        )
    )


def _store(
    request: HttpRequest, cared: CaredOccasion, form: AssistedForm, answers: dict[str, str], *, language: str
) -> Answered | None:
    try:
        return answer_for_patient(
            cared.treatment,
            cared.occasion,
            answers,
            mode=form.cleaned_data["mode"],
            seen=request.POST.get("seen", ""),
            language=language,
            client_key=posts.own_key(request.POST, cared.occasion.pk),
            given_by=cared.staff,
            by=cared.actor,
            at=clock.now(),
        )
    except ValidationError as refused:
        form.refuse(ValidationError(refused.messages[0]))
        return None


def _out_of_turn(request: HttpRequest, cared: CaredOccasion) -> Answered | None:
    """Its time ran out, or it was answered elsewhere, while staff typed: what speaks of risk is stored all the same."""
    said = request.POST.get("mode", "")
    instrument = definition_of(cared.occasion.instrument)
    language = cared.treatment.patient.language
    return answer_out_of_turn(
        cared.treatment,
        cared.occasion,
        read_answers(instrument, request.POST),
        language=instrument.language_for(language) or language,
        client_key=posts.own_key(request.POST, cared.occasion.pk),
        given_by=cared.staff,
        by=cared.actor,
        at=clock.now(),
        # Nobody is asked again for how it was given, with such an answer in hand.
        mode=said if said in MODES else MODES[0],
    )


def _after(request: HttpRequest, cared: CaredOccasion, answered: Answered) -> HttpResponse:
    if answered.alert is not None:
        messages.warning(
            request,
            _(
                "The answers raised an alert. Ask about plan and intent now, while you have the patient there."
            ),
        )
        return redirect("therapist:alert", treatment_id=cared.treatment.pk, alert_id=answered.alert.pk)
    messages.success(request, _("The answers are stored, marked as entered by staff."))
    return redirect("therapist:measurements", treatment_id=cared.treatment.pk)
