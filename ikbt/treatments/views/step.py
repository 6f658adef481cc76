"""A step: read it, save a draft, hand in an entry, go on to the next."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MY_MODULE, MyModule
from ikbt.treatments.pages.frame import address
from ikbt.treatments.pages.step import hers, step_page
from ikbt.treatments.pages.step_once import step_once
from ikbt.treatments.submitting import mark_step_done
from ikbt.treatments.views.entry import Post, answer_draft, answer_hand_in
from programs.rendering import DrawnStep, UnknownStep
from programs.rendering import step as draw_step


@MY_MODULE("GET")
def step(request: HttpRequest, my: MyModule, step_key: str) -> HttpResponse:
    """One step of an open module; while that is recalled, what the module's own page says."""
    if my.recalled:
        return redirect(address("module", my, module_key=my.module.key))
    found = hers(my, drawn(my, step_key))
    if found is None:
        raise Http404
    context = step_page(request, my, found, at=clock.now())
    return HttpResponse(step_once(request, my, context))


@MY_MODULE("POST")
def done(request: HttpRequest, my: MyModule, step_key: str) -> HttpResponse:
    """Tick the step and go on."""
    step = drawn(my, step_key)
    following = (hers(my, step) or step).following or ""
    try:
        mark_step_done(my.progress, step_key, by=my.actor, at=clock.now(), next_step=following)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    if following:
        return redirect(address("step", my, module_key=my.module.key, step_key=following))
    return redirect(address("module", my, module_key=my.module.key))


@MY_MODULE("POST")
def draft(request: HttpRequest, my: MyModule, step_key: str) -> HttpResponse:
    """Keep what is typed: JSON for the script that saves, a page for a browser without one."""
    return answer_draft(request, my, _posted(request, my, step_key))


@MY_MODULE("POST")
def hand_in(request: HttpRequest, my: MyModule, step_key: str) -> HttpResponse:
    """Hand in an entry; what is wrong is shown in the form with everything typed kept.

    While the module is recalled the text is kept as a draft, and the module's page says why.
    """
    if my.recalled:
        return answer_draft(request, my, _posted(request, my, step_key))
    return answer_hand_in(request, my, _posted(request, my, step_key), saved=_("It is handed in. Well done."))


def _posted(request: HttpRequest, my: MyModule, step_key: str) -> Post:
    post = Post.read(request, my, drawn(my, step_key))
    if post is None:
        raise Http404
    return post


def drawn(my: MyModule, step_key: str) -> DrawnStep:
    """A step of the module; 404 when it has none with this key."""
    try:
        return draw_step(my.module, step_key)
    except UnknownStep as missing:
        raise Http404 from missing
