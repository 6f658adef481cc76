"""The app of the region's catalogue."""

from __future__ import annotations

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """No tables of its own: it shows versions, and calls the verbs of programs."""

    name = "ikbt.catalogue"
    label = "catalogue"
