"""The unit's addresses, in Swedish words, below /enhet/."""

from __future__ import annotations

from django.urls import path

from therapist.unit.views import forecast, overview, relations, reviews, staff

app_name = "unit"

TREATMENT = "vardrelationer/<uuid:treatment_id>"

urlpatterns = [
    path("", overview.overview, name="overview"),
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
    path("prognos/", forecast.forecast, name="forecast"),
    path("nodatkomster/", reviews.reviews, name="reviews"),
    path("nodatkomster/<uuid:access_id>/", reviews.review, name="review"),
]
