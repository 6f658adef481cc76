"""What a posted exercise form leads to: rows added, a draft kept, an entry handed in, or the form again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments import forms
from ikbt.treatments.access import MyModule
from ikbt.treatments.pages.frame import address
from ikbt.treatments.pages.step import hers, step_page
from ikbt.treatments.pages.worksheet import Exercise, Work, exercise_of, shown
from ikbt.treatments.saving import Conflict, Saved, hand_in_entry, save_draft, unfinished
from programs.exercises.rows import asks_for_rows, change_rows, command_in
from programs.exercises.validation import check, read_form
from programs.rendering import DrawnStep


@dataclass(frozen=True)
class Post:
    """A posted exercise form of a step."""

    step: DrawnStep
    exercise: Exercise
    data: Mapping[str, object]
    values: dict[str, object]
    client_key: UUID
    revision: int

    @classmethod
    def read(cls, request: HttpRequest, my: MyModule, step: DrawnStep) -> Post | None:
        """None when the step has no exercise."""
        exercise = exercise_of(my, step)
        if exercise is None:
            return None
        data = forms.posted(request)
        values = read_form(exercise.definition, data, only=exercise.only)
        return cls(step, exercise, data, values, forms.client_key(data), forms.number(data, "revision"))

    def work(self, **more: Any) -> Work:
        """The form again, as it was typed."""
        return Work(
            **{"values": self.values, "client_key": self.client_key, "revision": self.revision, **more}
        )


def answer_draft(request: HttpRequest, my: MyModule, post: Post) -> HttpResponse:
    """Save the draft and say so; 409 with the other text when the entry has moved on elsewhere."""
    refused = check(post.exercise.definition, post.values, only=post.exercise.only, complete=False)
    blocking = [str(each.sentence) for each in refused if each.blocks]
    if blocking:
        return _not_saved(request, my, post, post.work(problems=refused), " ".join(blocking))
    try:
        saved = _keep(my, post)
    except ValidationError as ended:
        return _not_saved(request, my, post, post.work(), ended.messages[0])
    if saved.conflict:
        return _conflict(request, my, post, saved)
    if forms.wants_json(request):
        return JsonResponse(
            {"saved": True, "revision": saved.revision, "entry": str(saved.entry.pk), "at": _now()}
        )
    messages.success(request, _("Your draft is saved. You can go on whenever you like."))
    return redirect(f"{_step_address(my, post)}?post={saved.entry.pk}#ovning")


def answer_hand_in(request: HttpRequest, my: MyModule, post: Post, *, saved: str) -> HttpResponse:
    """Hand in; row buttons and problems give the form back with everything typed."""
    if asks_for_rows(post.data):
        return _with_rows(request, my, post)
    problems = check(post.exercise.definition, post.values, only=post.exercise.only, complete=True)
    if any(each.blocks for each in problems):
        kept = _keep_quietly(my, post)
        work = post.work(problems=problems, revision=kept.revision if kept else post.revision)
        return _page(request, my, post, work, status=422)
    try:
        hand_in_entry(
            my.treatment,
            post.exercise.place,
            post.values,
            client_key=post.client_key,
            revision=post.revision,
            by=my.actor,
            at=clock.now(),
        )
    except Conflict as moved:
        return _conflict(request, my, post, _standing(moved))
    except ValidationError as refused:
        return _not_saved(request, my, post, post.work(), refused.messages[0])
    messages.success(request, saved)
    for each in problems:
        messages.info(request, str(each.sentence))
    return redirect(f"{_step_address(my, post)}#dina-svar")


def _with_rows(request: HttpRequest, my: MyModule, post: Post) -> HttpResponse:
    """The form with a row more or less; what is typed is kept as a draft on the way."""
    kept = _keep_quietly(my, post)
    command = command_in(post.data)
    work = post.work(
        values=change_rows(post.exercise.definition, post.data, only=post.exercise.only),
        revision=kept.revision if kept else post.revision,
        focus=command["field"] if command and command["verb"] == "add" else "",
    )
    return _page(request, my, post, work, status=200)


def _keep(my: MyModule, post: Post) -> Saved:
    return save_draft(
        my.treatment,
        post.exercise.place,
        post.values,
        client_key=post.client_key,
        revision=post.revision,
        by=my.actor,
        at=clock.now(),
    )


def _keep_quietly(my: MyModule, post: Post) -> Saved | None:
    """Keep a draft beside another answer; None when it can't be kept: the page still holds it."""
    try:
        saved = _keep(my, post)
    except ValidationError:
        return None
    return None if saved.conflict else saved


def _standing(moved: Conflict) -> Saved:
    begun = unfinished(moved.entry)
    if begun is not None:
        return Saved(moved.entry, begun.revision, conflict=True, standing=begun.values)
    return Saved(moved.entry, moved.entry.revision, conflict=True, standing=moved.entry.values)


def _conflict(request: HttpRequest, my: MyModule, post: Post, saved: Saved) -> HttpResponse:
    other = saved.standing or {}
    if forms.wants_json(request):
        view = shown(post.exercise, other, at=clock.now())
        html = render_to_string("treatments/_other_text.html", {"other": view})
        return JsonResponse({"saved": False, "revision": saved.revision, "html": html}, status=409)
    return _page(request, my, post, post.work(revision=saved.revision, other=other), status=409)


def _not_saved(request: HttpRequest, my: MyModule, post: Post, work: Work, sentence: str) -> HttpResponse:
    if forms.wants_json(request):
        return JsonResponse({"saved": False, "error": sentence}, status=422)
    messages.error(request, sentence)
    return _page(request, my, post, work, status=422)


def _page(request: HttpRequest, my: MyModule, post: Post, work: Work, *, status: int) -> HttpResponse:
    context = step_page(request, my, hers(my, post.step) or post.step, at=clock.now(), work=work)
    return render(request, "treatments/step.html", context, status=status)


def _step_address(my: MyModule, post: Post) -> str:
    return address("step", my, module_key=my.module.key, step_key=post.step.key)


def _now() -> str:
    return date_format(localtime(clock.now()), "H.i")
