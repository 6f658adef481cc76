"""Every address has a door, or is one of Django's and Wagtail's own, which the gate and rights guard."""

from __future__ import annotations

import pytest
from django.contrib import admin

from ikbt.common.doors import Door
from tests.architecture.routes import Route, routes

# Wagtail's and Django's own views: guarded by the gate (second factor) and their own permissions; no patient
# data. Wagtail's way in by a password of a page's own is answered by ikbt.accounts first.
FOREIGN = ("admin/", "django-admin/", "_util/")
# Wagtail's public pages and its catch-all.
PUBLIC_VIEWS = {"wagtail_serve"}


def ours() -> list[Route]:
    """The routes whose views are ikbt's own."""
    return [route for route in routes() if route.name not in PUBLIC_VIEWS and not is_foreign(route)]


def is_foreign(route: Route) -> bool:
    """A view of Wagtail's or Django's admin; a ModelAdmin of ours draws its pages by Django's own rules."""
    if not route.path.startswith(FOREIGN):
        return False
    return hasattr(route.view, "model_admin") or not route.view.__module__.startswith(("ikbt", "programs"))


def test_the_walk_finds_the_screens() -> None:
    names = {route.name for route in routes()}
    assert {"treatments:home", "therapist:caseload", "accounts:sign_in"} <= names


@pytest.mark.parametrize("route", ours(), ids=lambda route: route.name or route.path)
def test_every_view_of_ours_has_a_door(route: Route) -> None:
    assert isinstance(route.door, Door), f"{route.path} ({route.view.__module__}) has no door"


@pytest.mark.parametrize(
    "route",
    [route for route in routes() if route.path.startswith(("behandling/", "arbetslista/"))],
    ids=lambda route: route.name,
)
def test_patient_data_stands_behind_a_patient_door(route: Route) -> None:
    assert route.door.data in {"patient", "account"}, route.path


def test_the_admin_holds_no_patient_data() -> None:
    """Its pages have no door, so nothing of a treatment may be registered there."""
    registered = {model._meta.app_label for model in admin.site._registry}
    assert registered & {"treatments", "measurements", "outbox"} == set()
