"""Step-up: the second factor once more, by code or passkey, and on to where she was."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from ikbt.accounts import held, passkey_ceremony, signing_in, stepping_up
from ikbt.accounts.access import ONESELF
from ikbt.accounts.confirm_page import confirm_page
from ikbt.accounts.destinations import safe_next
from ikbt.accounts.forms import CodeForm
from ikbt.accounts.models import Person
from ikbt.accounts.views.passkey_refusals import refuse
from ikbt.accounts.views.private_page import private_page
from ikbt.accounts.views.sign_in import wrong_code
from ikbt.common import clock


@ONESELF("GET", "POST")
def with_code(request: HttpRequest, person: Person) -> HttpResponse:
    """Six digits, or a recovery code."""
    path, kept = safe_next(request), request.POST.get("held", "")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        tried = signing_in.take_code(request, person, form.cleaned_data["code"], at=clock.now())
        if tried.device is not None:
            stepping_up.step_up(request, person, tried.device, at=clock.now())
            return _go_on(request, path, kept)
        form.add_error("code", wrong_code(tried.wait_seconds))
    return confirm_page(request, path=path, kept=kept, form=form)


@ONESELF("POST")
def ask_passkey(request: HttpRequest, person: Person) -> HttpResponse:
    """The challenge for one of her own passkeys."""
    return JsonResponse(passkey_ceremony.authentication_options(request, at=clock.now(), person=person))


@ONESELF("POST")
def with_passkey(request: HttpRequest, person: Person) -> HttpResponse:
    """What the passkey answered."""
    path, kept, answer = safe_next(request), request.POST.get("held", ""), request.POST.get("credential", "")
    try:
        passkey = passkey_ceremony.read_authentication(request, answer, at=clock.now(), person=person)
    except passkey_ceremony.NotTaken as refused:
        refuse(request, refused, at=clock.now())
        trouble = gettext("The passkey could not be used. Please try again, or use a code.")
        return confirm_page(request, path=path, kept=kept, trouble=trouble, status=403)
    stepping_up.step_up(request, person, passkey, at=clock.now())
    return _go_on(request, path, kept)


def _go_on(request: HttpRequest, path: str, kept: str) -> HttpResponse:
    if not (kept and path):
        return redirect(path or "accounts:own_page")
    try:
        waiting = held.give_back(path, kept)
    except held.Unreadable:
        return redirect("accounts:own_page")
    return private_page(request, "accounts/go_on.html", {"held": waiting})
