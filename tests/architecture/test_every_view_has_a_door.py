"""Every address has a door, or stands on the short list of other people's views that the gate alone guards."""

from __future__ import annotations

import pytest

from ikbt.common.doors import Door
from tests.architecture.routes import Route, routes

# Wagtail's and Django's own views: no patient data, guarded by the gate (second factor) and their own permissions.
FOREIGN = ("admin/", "django-admin/")
# Wagtail's public pages and its catch-all.
PUBLIC_VIEWS = {"wagtail_serve"}


def ours() -> list[Route]:
    """The routes whose views are ikbt's own."""
    return [
        route
        for route in routes()
        if route.name not in PUBLIC_VIEWS
        and not (
            route.path.startswith(FOREIGN) and not route.view.__module__.startswith(("ikbt", "programs"))
        )
    ]


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
