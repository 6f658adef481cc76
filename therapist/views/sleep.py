"""The sleep window of a patient: what the rule proposes, and the therapist's decision."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MY_PATIENTS_TREATMENT, Cared
from ikbt.treatments.deciding_sleep_window import decide_sleep_window
from ikbt.treatments.sleep_nights import Basis, basis_of
from therapist import sleep as page
from therapist.frame import is_emergency, patient_frame
from therapist.sleep_form import SleepWindowForm, begun_with


@MY_PATIENTS_TREATMENT("GET", "POST")
def sleep(request: HttpRequest, cared: Cared) -> HttpResponse:
    """Nights, arithmetic and proposal; the decision is the therapist's."""
    basis = basis_of(cared.treatment, at=clock.now())
    if request.method == "POST":
        form = SleepWindowForm(request.POST, numbers=basis.numbers)
        if form.is_valid() and _decide(cared, form):
            messages.success(
                request, _("The sleep window is decided. The patient is told that something waits.")
            )
            return redirect("therapist:sleep", treatment_id=cared.treatment.pk)
    else:
        form = SleepWindowForm(
            initial=begun_with(basis, page.reason_to_patient(basis)), numbers=basis.numbers
        )
    status = 422 if request.method == "POST" else 200
    return render(request, "therapist/sleep.html", _context(request, cared, basis, form), status=status)


def _decide(cared: Cared, form: SleepWindowForm) -> bool:
    said, at = form.decision(), clock.now()
    return form.carries(
        lambda: decide_sleep_window(cared.treatment, said, decided_by=cared.staff, by=cared.actor, at=at)
    )


def _context(request: HttpRequest, cared: Cared, basis: Basis, form: SleepWindowForm) -> dict[str, object]:
    return {
        **patient_frame(request, cared, here=_("Sleep window")),
        "window": basis.window,
        "window_hours": page.hours(basis.window.minutes) if basis.window else "",
        "columns": page.night_columns(),
        "nights": page.night_lines(basis),
        "arithmetic": page.arithmetic(basis),
        "danger": page.danger_in_words(basis),
        "proposal": page.proposal_in_words(basis),
        "stopped": basis.stopped,
        "history": [(one, page.hours(one.minutes)) for one in page.history_of(cared.treatment)],
        "form": form,
        "may_change": cared.treatment.is_running and not is_emergency(cared),
    }
