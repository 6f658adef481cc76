"""Addresses of a service's outcomes."""

from __future__ import annotations

from django.urls import path

from ikbt.outcomes import views

app_name = "outcomes"

urlpatterns = [
    path("", views.outcomes, name="outcomes"),
    path("csv/", views.as_csv, name="csv"),
    path("forskning/", views.research, name="research"),
    path("forskning/fil/", views.research_file, name="research_file"),
    path("excel/", views.as_excel, name="excel"),
]
