"""Addresses of the log's screens; the namespace is "audit", as one thinks of them."""

from __future__ import annotations

from django.urls import path

from ikbt.access_log.views import mine, review

app_name = "audit"

urlpatterns = [
    path("min-logg/", mine.mine, name="mine"),
    path("min-logg/hamta/", mine.download, name="download"),
    path("logggranskning/", review.reviews, name="reviews"),
    path("logggranskning/<uuid:review_id>/", review.review, name="review"),
    path("logggranskning/<uuid:review_id>/<uuid:case_id>/", review.case, name="case"),
]
