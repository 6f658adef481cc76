"""An alert: what was answered, taking it, closing it with an outcome; about suicide, with an assessment."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.alerting import take_alert
from ikbt.treatments.messaging import draft_of
from ikbt.treatments.models import Alert, RiskAssessment
from therapist import wording
from therapist.access import MY_PATIENTS_ALERT, CaredAlert
from therapist.alert_page import read_alert, standing_assessment
from therapist.assessing import close_assessed, correct_assessed, holds, note_purpose, state_of
from therapist.drafting import keep_refused
from therapist.forms import OUT_OF_DATE, ClosingForm
from therapist.frame import patient_frame
from therapist.risk_form import CorrectionForm, RiskClosingForm, RiskForm, begun


@MY_PATIENTS_ALERT("GET", "POST")
def alert(request: HttpRequest, cared: CaredAlert) -> HttpResponse:
    """What was answered, and the form that closes the alert."""
    at, purpose = clock.now(), note_purpose(cared.alert)
    if request.method == "POST":
        form = _posted(request, cared)
        if form.is_valid() and _close(request, cared, form):
            return redirect("therapist:patient", treatment_id=cared.treatment.pk)
        if isinstance(form, RiskForm):
            form.keep(cared, purpose, at=at)
        else:
            keep_refused(form, cared, purpose, at=at)
    else:
        form = _empty(cared, purpose)
    frame = patient_frame(request, cared, here=_("Alert"))
    seen = state_of(cared.alert)
    context = {**frame, **read_alert(cared, at=at), "form": form, "purpose": purpose, "seen": seen}
    return render(request, "therapist/alert.html", context)


@MY_PATIENTS_ALERT("POST")
def take(request: HttpRequest, cared: CaredAlert) -> HttpResponse:
    """The first one takes it; whoever comes later is told who did."""
    at = clock.now()
    taken = take_alert(cared.alert, staff=cared.staff, by=cared.actor, at=at)
    if taken.taken_by_id != cared.staff.pk:
        messages.info(request, wording.taken(taken, at))
    else:
        messages.success(request, _("You have taken the alert."))
    return redirect("therapist:alert", treatment_id=cared.treatment.pk, alert_id=cared.alert.pk)


@MY_PATIENTS_ALERT("GET", "POST")
def correct(request: HttpRequest, cared: CaredAlert) -> HttpResponse:
    """A corrected assessment beside the one that stands."""
    at, purpose = clock.now(), note_purpose(cared.alert)
    stands = standing_assessment(cared.alert)
    if stands is None:
        return redirect("therapist:alert", treatment_id=cared.treatment.pk, alert_id=cared.alert.pk)
    if request.method == "POST":
        form = CorrectionForm(request.POST)
        if form.is_valid() and _correct(request, cared, stands, form):
            return redirect("therapist:alert", treatment_id=cared.treatment.pk, alert_id=cared.alert.pk)
        form.keep(cared, purpose, at=at)
    else:
        form = CorrectionForm(initial=begun(cared, purpose, stands=stands))
    frame = patient_frame(request, cared, here=_("Correct the assessment"))
    context = {**frame, "form": form, "purpose": purpose, "alert": cared.alert, "stands": stands}
    return render(request, "therapist/correct_assessment.html", context)


def _posted(request: HttpRequest, cared: CaredAlert) -> ClosingForm:
    of = RiskClosingForm if _asks_all(cared.alert) else ClosingForm
    return of(request.POST, **_shape(cared.alert))


def _asks_all(alert: Alert) -> bool:
    return alert.asks_assessment and not alert.is_of_the_dead


def _shape(alert: Alert) -> dict[str, bool]:
    return {"is_high": alert.level == Alert.Level.HIGH, "is_of_the_dead": alert.is_of_the_dead}


def _empty(cared: CaredAlert, purpose: str) -> ClosingForm:
    shape = _shape(cared.alert)
    if _asks_all(cared.alert):
        return RiskClosingForm(initial=begun(cared, purpose), **shape)
    draft = draft_of(cared.treatment, purpose, author=cared.staff)
    initial = {"body": draft.body, "revision": draft.revision} if draft else {"revision": 0}
    return ClosingForm(initial=initial, **shape)


def _close(request: HttpRequest, cared: CaredAlert, form: ClosingForm) -> bool:
    data, staff = form.cleaned_data, cared.staff
    # A post that does not say what its page showed may have shown anything.
    if request.POST.get("seen") != state_of(cared.alert):
        form.add_error(None, OUT_OF_DATE)
        return False
    try:
        closed = close_assessed(
            cared.alert,
            outcome=data["outcome"],
            note=data["body"],
            staff=staff,
            by=cared.actor,
            at=clock.now(),
            assessed=form.assessed() if isinstance(form, RiskForm) else None,
        )
    except ValidationError as refused:
        form.refuse(refused)
        return False
    if closed.closed_by and closed.closed_by.pk != staff.pk:
        messages.info(request, _("%(name)s had closed the alert already.") % {"name": closed.closed_by.name})
    else:
        messages.success(request, _("The alert is closed."))
    # Her note is not the one that stands there: the page keeps it.
    cared.alert.refresh_from_db()
    return holds(closed, data["body"], staff)


def _correct(request: HttpRequest, cared: CaredAlert, stands: RiskAssessment, form: CorrectionForm) -> bool:
    if request.POST.get("seen") != str(stands.pk):
        form.add_error(None, OUT_OF_DATE)
        return False
    try:
        correct_assessed(
            stands,
            form.assessed(),
            note=form.cleaned_data["body"],
            reason=form.cleaned_data["reason"],
            staff=cared.staff,
            by=cared.actor,
            at=clock.now(),
        )
    except ValidationError as refused:
        form.refuse(refused)
        return False
    messages.success(request, _("The assessment is corrected. The earlier one is kept."))
    return True
