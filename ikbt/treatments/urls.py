"""The patient's addresses, in Swedish words, below /behandling/."""

from __future__ import annotations

from django.urls import path

from ikbt.treatments.views import (
    attachments,
    blocks,
    consent,
    conversation,
    course,
    curve,
    help,
    home,
    module,
    questionnaire,
    schedule,
    step,
    tailored,
)

app_name = "treatments"

MODULE = "<uuid:treatment_id>/modul/<str:module_key>"
STEP = f"{MODULE}/steg/<str:step_key>"

urlpatterns = [
    path("", home.home, name="home"),
    path("<uuid:treatment_id>/", home.treatment, name="treatment"),
    path(f"{MODULE}/", module.module, name="module"),
    path(f"{MODULE}/skriv-ut/", module.booklet, name="booklet"),
    path(f"{MODULE}/lamna-in/", module.hand_in, name="hand_in_module"),
    path(f"{MODULE}/last/", module.feedback_read, name="feedback_read"),
    path(f"{MODULE}/erbjudande/<str:offer_key>/", tailored.answer, name="answer_offer"),
    path("<uuid:treatment_id>/val/<str:group_key>/", tailored.make_choice, name="choose"),
    path(f"{STEP}/", step.step, name="step"),
    path(f"{STEP}/klar/", step.done, name="step_done"),
    path(f"{STEP}/utkast/", step.draft, name="draft"),
    path(f"{STEP}/bocka-av/", schedule.tick, name="tick"),
    path(f"{STEP}/kopiera-dag/", schedule.copy, name="copy_day"),
    path(f"{STEP}/lamna-in/", step.hand_in, name="hand_in_entry"),
    path(
        "<uuid:treatment_id>/skattning/<uuid:occasion_id>/", questionnaire.questionnaire, name="questionnaire"
    ),
    path("<uuid:treatment_id>/hjalp/", help.help_now, name="help"),
    path("<uuid:treatment_id>/hjalp/<uuid:alert_id>/svar/", help.follow_up, name="follow_up"),
    path("<uuid:treatment_id>/meddelanden/", conversation.messages, name="messages"),
    path("<uuid:treatment_id>/meddelanden/nya/", conversation.newer, name="newer_messages"),
    path("<uuid:treatment_id>/meddelanden/utkast/", conversation.draft, name="message_draft"),
    path("<uuid:treatment_id>/meddelanden/narvaro/", conversation.presence, name="presence"),
    path("<uuid:treatment_id>/meddelanden/last/", conversation.read, name="messages_read"),
    path(
        "<uuid:treatment_id>/meddelanden/bilaga/<uuid:attachment_id>/",
        attachments.attachment,
        name="attachment",
    ),
    path("<uuid:treatment_id>/gang/", course.course, name="course"),
    path("<uuid:treatment_id>/gang/pausa/", course.pause, name="pause"),
    path("<uuid:treatment_id>/gang/fortsatt/", course.resume, name="resume"),
    path("<uuid:treatment_id>/gang/sluta/", course.ask_to_end, name="ask_to_end"),
    path("<uuid:treatment_id>/min-kurva/", curve.curve, name="curve"),
    path("<uuid:treatment_id>/information/", consent.information, name="information"),
    path("<uuid:treatment_id>/sparr/", blocks.blocks, name="blocks"),
    path("<uuid:treatment_id>/sparr/<uuid:block_id>/hav/", blocks.lift, name="lift_block"),
]
