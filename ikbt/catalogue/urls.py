"""The catalogue's addresses, in Swedish words, below /katalog/."""

from __future__ import annotations

from django.urls import path

from ikbt.catalogue import views

app_name = "catalogue"

urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("<uuid:program_id>/", views.program, name="program"),
    path("<uuid:program_id>/avsluta/", views.end_program, name="end"),
    path("version/<uuid:version_id>/aktivera/", views.activate_version, name="activate"),
    path("version/<uuid:version_id>/kopiera/", views.copy, name="copy"),
    path("version/<uuid:version_id>/paket/", views.take_out, name="take_out"),
    path("version/<uuid:version_id>/dra-in/", views.withdraw_version, name="withdraw"),
]
