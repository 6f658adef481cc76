"""Changing one's own means: password, app, recovery codes; each asks for a fresh second factor."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from ikbt.accounts import factors, recovering, signing_in
from ikbt.accounts.access import ONESELF
from ikbt.accounts.changing_password import change_password
from ikbt.accounts.forms import AppCodeForm, NewPasswordForm
from ikbt.accounts.models import Person
from ikbt.accounts.stepping_up import fresh
from ikbt.accounts.views.enrolment import in_fours, qr_code
from ikbt.accounts.views.own_page import say
from ikbt.accounts.views.private_page import private_page
from ikbt.common import clock


@ONESELF("GET", "POST")
@fresh()
def password(request: HttpRequest, person: Person) -> HttpResponse:
    """Choose a new password."""
    form = NewPasswordForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        by = signing_in.actor(request, person, at=clock.now())
        change_password(request, person, form.cleaned_data["password"], by=by, at=clock.now())
        return say(request, gettext("You have a new password. You have been signed out everywhere else."))
    return private_page(request, "accounts/change_password.html", {"form": form, "person": person})


@ONESELF("GET", "POST")
@fresh()
def another_app(request: HttpRequest, person: Person) -> HttpResponse:
    """Connect an authenticator app, as on a new phone, before the old one goes. A POST without a code begins."""
    at, by = clock.now(), signing_in.actor(request, person, at=clock.now())
    if request.method == "POST" and "code" not in request.POST:
        factors.offer_second_app(person, by=by, at=at)
        return redirect("accounts:another_app")
    app, form = factors.offered_app(person), AppCodeForm(request.POST or None)
    if app is None:
        return private_page(request, "accounts/another_app.html", {})
    if request.method == "POST" and form.is_valid():
        key, code = request.session.session_key, form.cleaned_data["code"]
        if factors.confirm_second_app(person, code, keep_session=key, by=by, at=at):
            return say(request, gettext("The app is connected. You have been signed out everywhere else."))
        form.add_error("code", gettext("The code is not right. Take the one the app shows now."))
    context = {"form": form, "secret": in_fours(app.secret), "qr": qr_code(app.address)}
    return private_page(request, "accounts/another_app.html", context)


@ONESELF("GET", "POST")
@fresh()
def recovery_codes(request: HttpRequest, person: Person) -> HttpResponse:
    """Make ten codes and show them, this once. Whoever has just enrolled (`?ny=1`) goes on from here."""
    first = "ny" in request.GET
    if request.method != "POST":
        return private_page(request, "accounts/make_codes.html", {"first": first})
    by = signing_in.actor(request, person, at=clock.now())
    codes = recovering.new_sheet(person, by=by, at=clock.now())
    shown = [recovering.in_fours(code) for code in codes]
    return private_page(
        request, "accounts/codes.html", {"codes": shown, "made": clock.today(), "first": first}
    )
