"""Addresses of a person's own data, and of the unit's answers to requests to be erased."""

from __future__ import annotations

from django.urls import path

from ikbt.privacy.views import answers, mine

app_name = "privacy"

urlpatterns = [
    path("mina-uppgifter/", mine.mine, name="mine"),
    path("mina-uppgifter/hamta/", mine.download, name="download"),
    path("mina-uppgifter/radera/", mine.ask_erasure, name="ask_erasure"),
    path("raderingsonskemal/", answers.requests, name="erasure_requests"),
    path("raderingsonskemal/<uuid:request_id>/", answers.one, name="erasure_request"),
]
