"""Addresses of no app of the trade: the style guide, where no patients are."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, path

from ikbt.common import views

app_name = "common"

urlpatterns: list[URLPattern] = []

if settings.DEBUG or settings.DEMO_PROFILE:
    urlpatterns += [path("stilguide/", views.styleguide, name="styleguide")]
