"""Addresses of program content; the publish page lies in Wagtail's admin, see wagtail_hooks."""

from __future__ import annotations

from django.urls import path

from programs.views import media

app_name = "programs"

urlpatterns = [
    path("program/media/<uuid:version_id>/<slug:sha256>/", media.frozen, name="media"),
    # Wagtail builds these addresses from MEDIA_URL.
    path("media/<path:name>", media.draft_file, name="draft_file"),
]
