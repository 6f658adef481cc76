"""What Wagtail's admin shows of measurements: the instruments, for those who write programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from ikbt.accounts.models import Person
from measurements.access import units_of
from measurements.views import instruments


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Each has a door of its own."""
    return [
        path("instrument/", instruments.own_list, name="instrument_list"),
        path("instrument/<slug:unit>/", instruments.instruments, name="instruments"),
        path("instrument/<slug:unit>/lagg-in/", instruments.bring, name="instrument_bring"),
        path("instrument/<slug:unit>/<slug:slug>/", instruments.instrument, name="instrument"),
        path("instrument/<slug:unit>/<slug:slug>/fhir/", instruments.download, name="instrument_fhir"),
        path("instrument/<slug:unit>/<slug:slug>/granser/", instruments.numbers, name="instrument_numbers"),
    ]


class InstrumentsItem(MenuItem):
    """Shown to those who write for some unit."""

    def is_shown(self, request: HttpRequest) -> bool:
        """By the roles of this moment."""
        return isinstance(request.user, Person) and bool(units_of(request.user))


@hooks.register("register_admin_menu_item")
def menu_item() -> Any:
    """Below the pages."""
    return InstrumentsItem(
        _("Instruments"), reverse_lazy("instrument_list"), name="instruments", icon_name="form", order=350
    )
