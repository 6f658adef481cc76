"""A patient's pages as she sees them: drawn by the code that draws hers, on addresses of the desk, GET alone."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language

from ikbt.common import clock
from ikbt.treatments.access import Mine, MyModule
from ikbt.treatments.pages.conversation import conversation_page
from ikbt.treatments.pages.curve import curves
from ikbt.treatments.pages.frame import frame, unread_messages
from ikbt.treatments.pages.home import home
from ikbt.treatments.pages.module import module_page
from ikbt.treatments.pages.step import hers, step_page
from ikbt.treatments.thresholds import thresholds_of
from programs.rendering import UnknownStep
from programs.rendering import step as draw_step
from therapist.seeing import AS_PATIENT, AS_PATIENT_IN_MODULE


@AS_PATIENT("GET")
def start(request: HttpRequest, seen: Mine) -> HttpResponse:
    """Her start page."""
    page = home(seen, unread=unread_messages(seen), at=clock.now())
    return _shown(request, seen, "treatments/home.html", {**frame(request, seen), **page})


@AS_PATIENT_IN_MODULE("GET")
def module(request: HttpRequest, seen: MyModule) -> HttpResponse:
    """A module that is open to her."""
    if seen.recalled:
        return _in_its_place(request, seen)
    return _shown(request, seen, "treatments/module.html", module_page(request, seen))


@AS_PATIENT_IN_MODULE("GET")
def step(request: HttpRequest, seen: MyModule, step_key: str) -> HttpResponse:
    """A step with what she has handed in; her drafts are hers."""
    if seen.recalled:
        return _in_its_place(request, seen)
    # What an address of hers may ask for, an entry to go on with or a day, belongs to writing.
    request.GET = QueryDict()
    try:
        found = hers(seen, draw_step(seen.module, step_key))
    except UnknownStep as missing:
        raise Http404 from missing
    if found is None:
        raise Http404
    return _shown(request, seen, "treatments/step.html", step_page(request, seen, found, at=clock.now()))


@AS_PATIENT("GET")
def messages(request: HttpRequest, seen: Mine) -> HttpResponse:
    """Her side of the conversation; nothing becomes read."""
    hours = {"answer_hours": thresholds_of(seen.treatment.unit).answer_hours}
    page = {**conversation_page(seen, older_than=None), **hours, "has_new": False}
    return _shown(request, seen, "treatments/messages.html", {**frame(request, seen), **page})


@AS_PATIENT("GET")
def curve(request: HttpRequest, seen: Mine) -> HttpResponse:
    """Her own curve."""
    drawn = curves(seen, language=(get_language() or "sv")[:2], at=clock.now())
    return _shown(request, seen, "treatments/curve.html", {**frame(request, seen), "curves": drawn})


@AS_PATIENT("GET")
def elsewhere(request: HttpRequest, seen: Mine, rest: str) -> HttpResponse:
    """Where a page of hers leads that is not shown this way."""
    return _shown(request, seen, "therapist/as_patient_elsewhere.html", frame(request, seen))


def _in_its_place(request: HttpRequest, seen: MyModule) -> HttpResponse:
    told = {"title": seen.module.document["title"], "message": seen.recalled}
    return _shown(request, seen, "treatments/recalled.html", {**frame(request, seen), **told})


def _shown(request: HttpRequest, seen: Mine, template: str, context: Mapping[str, object]) -> HttpResponse:
    """Her page, marked, with its links kept on this side of the desk."""
    key = [seen.treatment.pk]
    marked = {
        "as_patient": {"name": seen.person.name, "url": reverse("therapist:patient", args=key)},
        "sign_out_url": "",
    }
    page = render_to_string(template, {**context, **marked}, request)
    own, here = reverse("treatments:treatment", args=key), reverse("therapist:as_patient", args=key)
    return HttpResponse(page.replace(own, here))
