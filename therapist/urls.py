"""The desk's addresses, in Swedish words, below /arbetslista/."""

from __future__ import annotations

from django.urls import path

from therapist.views import alerts, caseload, drafts, emergency, feedback, measurements, messages, patient

app_name = "therapist"

MODULE = "<uuid:treatment_id>/modul/<str:module_key>"
MESSAGES = "<uuid:treatment_id>/meddelanden"
OCCASION = "<uuid:treatment_id>/skattningar/<uuid:occasion_id>"
ALERT = "<uuid:treatment_id>/larm/<uuid:alert_id>"

urlpatterns = [
    path("", caseload.caseload, name="caseload"),
    path("lista/", caseload.rows, name="caseload_rows"),
    path("nodatkomst/", emergency.emergency, name="emergency"),
    path("<uuid:treatment_id>/", patient.patient, name="patient"),
    path("<uuid:treatment_id>/laget/", patient.standing, name="standing"),
    path(f"{MODULE}/", feedback.feedback, name="feedback"),
    path(f"{MODULE}/skickat/", feedback.sent, name="feedback_sent"),
    path(f"{MODULE}/oppna/", patient.open_next, name="open_module"),
    path(f"{MESSAGES}/", messages.messages, name="messages"),
    path(f"{MESSAGES}/nya/", messages.newer, name="newer_messages"),
    path(f"{MESSAGES}/last/", messages.read, name="messages_read"),
    path(f"{MESSAGES}/inget-svar/", messages.no_answer, name="no_answer"),
    path("<uuid:treatment_id>/skattningar/", measurements.measurements, name="measurements"),
    path(f"{OCCASION}/", measurements.answer_for, name="answer_for"),
    path(f"{OCCASION}/ta-tillbaka/", measurements.withdraw, name="withdraw_extra"),
    path(f"{ALERT}/", alerts.alert, name="alert"),
    path(f"{ALERT}/ta/", alerts.take, name="take_alert"),
    path("<uuid:treatment_id>/utkast/<str:purpose>/", drafts.draft, name="draft"),
    path("<uuid:treatment_id>/nodatkomst/avsluta/", emergency.end, name="end_emergency"),
]
