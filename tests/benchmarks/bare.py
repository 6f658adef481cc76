"""A patient's module page without second factor, gate, door and log: the other side of the scales, in tests only."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import include, path

from ikbt.accounts.models import Person
from ikbt.audit.recording import Actor
from ikbt.treatments.access import MyModule
from ikbt.treatments.models import ModuleProgress, Treatment
from ikbt.treatments.pages.module import module_page
from programs.models import FrozenModule

# All that asks who somebody is beyond Django's own session, how long she may stay, and that all is logged.
GUARDS = frozenset(
    {
        "ikbt.accounts.whose_session.SecondFactor",
        "ikbt.accounts.session_watch.end_stale_sessions",
        "ikbt.accounts.gate.require_second_factor",
        "ikbt.accounts.pacing.keep_pace",
        "programs.editor_access.current_editor_access",
        "ikbt.audit.middleware.refuse_when_unlogged",
    }
)


def unguarded_middleware() -> list[str]:
    """The settings' middleware without the guards, and with the addresses below."""
    kept = [name for name in settings.MIDDLEWARE if name not in GUARDS]
    assert len(kept) == len(settings.MIDDLEWARE) - len(GUARDS), "Name the guards as the settings do."
    return [f"{__name__}.unguarded_addresses", *kept]


def unguarded_addresses(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: the addresses of this module go before the product's."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.urlconf = __name__
        return get_response(request)

    return middleware


def module(request: HttpRequest, treatment_id: UUID, module_key: str) -> HttpResponse:
    """The same page from the same template, its rows fetched by their keys and nothing asked or logged."""
    assert isinstance(request.user, Person)
    treatment = Treatment.objects.select_related("version", "unit", "therapist").get(pk=treatment_id)
    my = MyModule(
        treatment,
        request.user,
        Actor(id=request.user.pk, role="patient"),
        progress=ModuleProgress.objects.get(treatment=treatment, module_key=module_key),
        module=FrozenModule.objects.get(version=treatment.version_id, key=module_key),
    )
    return render(request, "treatments/module.html", module_page(request, my))


urlpatterns = [
    path("behandling/<uuid:treatment_id>/modul/<slug:module_key>/", module),
    path("", include("ikbt.urls")),
]
