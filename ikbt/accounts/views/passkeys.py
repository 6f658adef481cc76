"""Passkeys: signing in with one, and adding one's own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from ikbt.accounts import factors, passkey_ceremony, signing_in
from ikbt.accounts.access import ONESELF, is_verified
from ikbt.accounts.destinations import safe_next
from ikbt.accounts.forms import PasskeyForm, SignInForm
from ikbt.accounts.models import Person
from ikbt.accounts.stepping_up import fresh
from ikbt.accounts.views.own_page import say
from ikbt.accounts.views.passkey_refusals import refuse, why_not
from ikbt.accounts.views.private_page import private_page
from ikbt.accounts.views.sign_in import arrive, password_page
from ikbt.common import clock
from ikbt.common.doors import ANYONE


@ANYONE("POST")
def ask(request: HttpRequest, nobody: None) -> HttpResponse:
    """The challenge for whoever holds a passkey; says nothing about who does."""
    return JsonResponse(passkey_ceremony.authentication_options(request, at=clock.now()))


@ANYONE("POST")
def sign_in(request: HttpRequest, nobody: None) -> HttpResponse:
    """What the passkey answered: it is both factors, possession and finger, face or PIN."""
    path, kept = safe_next(request), request.POST.get("held", "")
    if is_verified(request):
        return redirect(path or "accounts:landing")
    try:
        answer = request.POST.get("credential", "")
        passkey = passkey_ceremony.read_authentication(request, answer, at=clock.now())
        signing_in.sign_in(request, passkey.user, passkey, at=clock.now(), way="passkey")
    except passkey_ceremony.NotTaken as refused:
        refuse(request, refused, at=clock.now())
        trouble = gettext("The passkey could not be used. Please try again, or sign in with your password.")
    except signing_in.PasskeyDemanded:
        trouble = gettext("Your care unit asks for a passkey that is bound to one device.")
    else:
        return arrive(request, passkey.user, path, kept)
    return password_page(request, SignInForm(), path=path, kept=kept, trouble=trouble, status=403)


@ONESELF("POST")
@fresh()
def ask_new(request: HttpRequest, person: Person) -> HttpResponse:
    """The challenge for a new passkey."""
    return JsonResponse(passkey_ceremony.registration_options(request, person, at=clock.now()))


@ONESELF("GET", "POST")
@fresh()
def add(request: HttpRequest, person: Person) -> HttpResponse:
    """Name it, make it, done."""
    form, trouble = PasskeyForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            _store(request, person, form.cleaned_data)
        except passkey_ceremony.NotTaken as refused:
            refuse(request, refused, at=clock.now())
            trouble = why_not(refused)
        else:
            return say(request, gettext("The passkey is added. Next time you can sign in with it."))
    status = 400 if trouble else 200
    return private_page(
        request, "accounts/add_passkey.html", {"form": form, "trouble": trouble}, status=status
    )


def _store(request: HttpRequest, person: Person, given: dict[str, str]) -> None:
    at = clock.now()
    passkey = passkey_ceremony.read_registration(request, person, given["credential"], at=at)
    factors.add_passkey(
        passkey,
        name=given["name"],
        keep_session=request.session.session_key,
        by=signing_in.actor(request, person, at=at),
        at=at,
    )
    # What the unit demanded is there: she signs in with it from now on.
    if signing_in.OWES_PASSKEY in request.session:
        request.session.flush()
