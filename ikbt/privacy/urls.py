"""Addresses of a person's own data."""

from __future__ import annotations

from django.urls import path

from ikbt.privacy import views

app_name = "privacy"

urlpatterns = [
    path("mina-uppgifter/", views.mine, name="mine"),
    path("mina-uppgifter/hamta/", views.download, name="download"),
    path("mina-uppgifter/radera/", views.ask_erasure, name="ask_erasure"),
]
