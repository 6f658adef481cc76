"""The unit's addresses, in Swedish words, below /enhet/."""

from __future__ import annotations

from django.urls import path

from therapist.unit.views import (
    absences,
    automations,
    board,
    capacity,
    forecast,
    offers,
    overview,
    queue,
    registering,
    relations,
    reviews,
    settings,
    snippets,
    staff,
    starts,
)

app_name = "unit"

TREATMENT = "vardrelationer/<uuid:treatment_id>"

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("ko/", queue.queue, name="queue"),
    path("kapacitet/", capacity.capacity, name="capacity"),
    path("kapacitet/<uuid:role_id>/", capacity.therapist, name="therapist"),
    path("kapacitet/<uuid:role_id>/flytta/", capacity.move, name="move_patients"),
    path("kapacitet/<uuid:role_id>/tak/", capacity.limit, name="caseload_limit"),
    path("medarbetare/", staff.staff, name="staff"),
    path("medarbetare/ny/", staff.add, name="add_colleague"),
    path("medarbetare/roll/", staff.give, name="give_role"),
    path("medarbetare/roll/<uuid:role_id>/bekrafta/", staff.confirm, name="confirm_role"),
    path("medarbetare/roll/<uuid:role_id>/avsluta/", staff.end, name="end_role"),
    path("vardrelationer/", relations.relations, name="relations"),
    path(f"{TREATMENT}/", relations.relation, name="relation"),
    path(f"{TREATMENT}/ge/", relations.give, name="give_relation"),
    path(f"{TREATMENT}/byt-behandlare/", relations.change_therapist, name="change_therapist"),
    path(f"{TREATMENT}/<uuid:relation_id>/avsluta/", relations.end, name="end_relation"),
    path("textmallar/", snippets.snippets, name="snippets"),
    path("textmallar/<uuid:snippet_id>/", snippets.snippet, name="snippet"),
    path("starter/", starts.starts, name="starts"),
    path("starter/ny/", starts.prepare, name="prepare"),
    path("starter/patient/", registering.patient, name="register_patient"),
    path("starter/<uuid:treatment_id>/", starts.begin, name="begin_treatment"),
    path("erbjudanden/<uuid:transfer_id>/", offers.offer, name="offer"),
    path("erbjudanden/<uuid:transfer_id>/ja/", offers.accept, name="accept_offer"),
    path("erbjudanden/<uuid:transfer_id>/nej/", offers.decline, name="decline_offer"),
    path("franvaro/", absences.absences, name="absences"),
    path("franvaro/ny/", absences.register, name="register_absence"),
    path("franvaro/<uuid:absence_id>/", absences.absence, name="absence"),
    path("installningar/", settings.settings, name="settings"),
    path("installningar/<uuid:unit_id>/granser/", settings.thresholds, name="thresholds"),
    path("installningar/<uuid:unit_id>/oppettider/", settings.hours, name="hours"),
    path("installningar/<uuid:unit_id>/nummer/", settings.numbers, name="numbers"),
    path("tavla/", board.board, name="board"),
    path("tavla/fil/", board.board_file, name="board_file"),
    path("prognos/", forecast.forecast, name="forecast"),
    path("automatik/", automations.automations, name="automations"),
    path("nodatkomster/", reviews.reviews, name="reviews"),
    path("nodatkomster/<uuid:access_id>/", reviews.review, name="review"),
]
