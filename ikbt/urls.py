"""One include per app, nothing else; Wagtail's pages come last because they take every remaining path."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("", include("ikbt.common.urls")),
    path("", include("ikbt.accounts.urls")),
    path("", include("ikbt.access_log.urls")),
    path("", include("ikbt.privacy.urls")),
    path("behandling/", include("ikbt.treatments.urls")),
    path("arbetslista/", include("therapist.urls")),
    path("utfall/", include("ikbt.outcomes.urls")),
    path("katalog/", include("ikbt.catalogue.urls")),
    path("enhet/", include("therapist.unit.urls")),
    path("", include("programs.urls")),
    path("django-admin/", admin.site.urls),
    path("admin/", include(wagtailadmin_urls)),
    path("", include(wagtail_urls)),
]

handler400 = "ikbt.common.views.bad_request"
handler403 = "ikbt.common.views.forbidden"
handler404 = "ikbt.common.views.not_found"
handler500 = "ikbt.common.views.server_error"
