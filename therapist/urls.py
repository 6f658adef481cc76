"""The desk's addresses, in Swedish words, below /arbetslista/."""

from __future__ import annotations

from django.urls import path

from therapist.unit.views import absences
from therapist.views import (
    alerts,
    as_patient,
    attachments,
    booklet,
    caseload,
    course,
    death,
    drafts,
    emergency,
    exercises,
    feedback,
    keys,
    measurements,
    messages,
    notes,
    offers,
    patient,
    plans,
    replan,
    sleep,
    tailored,
    time,
    timeline,
    version,
)

app_name = "therapist"

MODULE = "<uuid:treatment_id>/modul/<str:module_key>"
MESSAGES = "<uuid:treatment_id>/meddelanden"
NOTES = "<uuid:treatment_id>/anteckningar"
AS_PATIENT = "<uuid:treatment_id>/som-patienten"
OCCASION = "<uuid:treatment_id>/skattningar/<uuid:occasion_id>"
ALERT = "<uuid:treatment_id>/larm/<uuid:alert_id>"

urlpatterns = [
    path("", caseload.caseload, name="caseload"),
    path("lista/", caseload.rows, name="caseload_rows"),
    path("tangenter/", keys.keys, name="keys"),
    path("erbjudanden/", offers.offers, name="offers"),
    path("erbjudanden/<uuid:transfer_id>/", offers.offer, name="offer"),
    path("erbjudanden/<uuid:transfer_id>/ja/", offers.accept, name="accept_offer"),
    path("erbjudanden/<uuid:transfer_id>/nej/", offers.decline, name="decline_offer"),
    path("tid/", time.mine, name="my_time"),
    path("franvaro/", absences.my_absences, name="my_absences"),
    path("franvaro/ny/", absences.register_mine, name="register_my_absence"),
    path("franvaro/<uuid:absence_id>/", absences.my_absence, name="my_absence"),
    path("nodatkomst/", emergency.emergency, name="emergency"),
    path("<uuid:treatment_id>/", patient.patient, name="patient"),
    path("<uuid:treatment_id>/laget/", patient.standing, name="standing"),
    path("<uuid:treatment_id>/dodsfall/", death.death, name="death"),
    path("<uuid:treatment_id>/dodsfall/ta-tillbaka/", death.take_back, name="take_back_death"),
    path("<uuid:treatment_id>/tidslinje/", timeline.timeline, name="timeline"),
    path("<uuid:treatment_id>/tid/", time.beat, name="active_time"),
    path(f"{MODULE}/", feedback.feedback, name="feedback"),
    path(f"{MODULE}/skriv-ut/", booklet.booklet, name="booklet"),
    path(f"{MODULE}/skickat/", feedback.sent, name="feedback_sent"),
    path(f"{MODULE}/oppna/", patient.open_next, name="open_module"),
    path("<uuid:treatment_id>/ovning/<slug:exercise>/", exercises.exercise, name="exercise"),
    path(f"{MODULE}/planera/", replan.replan, name="replan_module"),
    path(f"{MODULE}/erbjudande/<str:offer_key>/", tailored.answer, name="answer_offer"),
    path("<uuid:treatment_id>/undergrupper/", tailored.subtypes, name="subtypes"),
    path(f"{MESSAGES}/", messages.messages, name="messages"),
    path(f"{MESSAGES}/bilaga/<uuid:attachment_id>/", attachments.attachment, name="attachment"),
    path(f"{MESSAGES}/nya/", messages.newer, name="newer_messages"),
    path(f"{MESSAGES}/last/", messages.read, name="messages_read"),
    path(f"{MESSAGES}/inget-svar/", messages.no_answer, name="no_answer"),
    path("<uuid:treatment_id>/skattningar/", measurements.measurements, name="measurements"),
    path(f"{NOTES}/", notes.notes, name="notes"),
    path(f"{NOTES}/<uuid:note_id>/", notes.correct, name="correct_note"),
    path(f"{AS_PATIENT}/", as_patient.start, name="as_patient"),
    path(f"{AS_PATIENT}/modul/<str:module_key>/", as_patient.module, name="as_patient_module"),
    path(
        f"{AS_PATIENT}/modul/<str:module_key>/steg/<str:step_key>/", as_patient.step, name="as_patient_step"
    ),
    path(f"{AS_PATIENT}/meddelanden/", as_patient.messages, name="as_patient_messages"),
    path(f"{AS_PATIENT}/min-kurva/", as_patient.curve, name="as_patient_curve"),
    path(f"{AS_PATIENT}/<path:rest>", as_patient.elsewhere, name="as_patient_elsewhere"),
    path("<uuid:treatment_id>/plan/", plans.plans, name="plans"),
    path("<uuid:treatment_id>/somnfonster/", sleep.sleep, name="sleep"),
    path("<uuid:treatment_id>/gang/", course.course, name="course"),
    path("<uuid:treatment_id>/gang/<str:act>/", course.change, name="change_course"),
    path("<uuid:treatment_id>/version/", version.version, name="version"),
    path(f"{OCCASION}/", measurements.answer_for, name="answer_for"),
    path(f"{OCCASION}/ta-tillbaka/", measurements.withdraw, name="withdraw_extra"),
    path(f"{ALERT}/", alerts.alert, name="alert"),
    path(f"{ALERT}/ratta/", alerts.correct, name="correct_assessment"),
    path(f"{ALERT}/ta/", alerts.take, name="take_alert"),
    path("<uuid:treatment_id>/utkast/<str:purpose>/", drafts.draft, name="draft"),
    path("<uuid:treatment_id>/nodatkomst/avsluta/", emergency.end, name="end_emergency"),
]
