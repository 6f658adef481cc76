"""The language switch: kept with the person when she is signed in, in a cookie for all."""

from __future__ import annotations

from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import check_for_language

from ikbt.accounts.access import is_verified
from ikbt.accounts.destinations import safe_next
from ikbt.accounts.forms import LanguageForm
from ikbt.accounts.models import Person
from ikbt.accounts.signing_in import actor
from ikbt.audit.models import Entry
from ikbt.audit.recording import record
from ikbt.common import clock
from ikbt.common.doors import ANYONE

Response = TypeVar("Response", bound=HttpResponse)
YEAR_SECONDS = 365 * 24 * 60 * 60


@ANYONE("POST")
def language(request: HttpRequest, nobody: None) -> HttpResponse:
    """Choose Swedish or English and go back to the page."""
    form = LanguageForm(request.POST)
    response = redirect(safe_next(request) or "/")
    if not form.is_valid():
        return response
    chosen = form.cleaned_data["language"]
    if is_verified(request) and isinstance(request.user, Person):
        _keep(request, request.user, chosen)
    return _set_cookie(response, chosen)


def remember_language(response: Response, person: Person) -> Response:
    """Show the next pages in the person's own language."""
    return _set_cookie(response, person.language) if check_for_language(person.language) else response


def _keep(request: HttpRequest, person: Person, chosen: str) -> None:
    with transaction.atomic():
        person.language = chosen
        person.save(update_fields=["language"])
        by = actor(request, person, at=clock.now())
        record(Entry.Action.CHANGE, by=by, kind="person", object_id=person.pk, reason="language")


def _set_cookie(response: Response, chosen: str) -> Response:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=YEAR_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
