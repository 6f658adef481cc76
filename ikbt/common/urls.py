"""Addresses that belong to no app of the trade: the neutral page one leaves to."""

from __future__ import annotations

from django.urls import path

from ikbt.common import views

app_name = "common"

urlpatterns = [
    path("lamna/", views.leave, name="leave"),
]
