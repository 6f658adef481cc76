"""Addresses of no app of the trade: where to report a weakness; the style guide, where no patients are."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, path

from ikbt.common import views
from ikbt.common.security_txt import security_txt

app_name = "common"

urlpatterns: list[URLPattern] = [
    path(".well-known/security.txt", security_txt, name="security_txt"),
]

if settings.DEBUG or settings.DEMO_PROFILE:
    urlpatterns += [path("stilguide/", views.styleguide, name="styleguide")]
