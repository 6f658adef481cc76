"""Enrolment by invitation: a password of one's own, then a passkey or an app, then recovery codes."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

import segno
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django_otp.models import Device

from ikbt.accounts import passkey_ceremony, signing_in
from ikbt.accounts.enrolling import Closed, enrol_app, enrol_passkey, offer_app, open_invitation
from ikbt.accounts.factors import offered_app
from ikbt.accounts.forms import AppCodeForm, NewPasswordForm, PasskeyForm
from ikbt.accounts.models import Invitation
from ikbt.accounts.views.language import remember_language
from ikbt.accounts.views.passkey_refusals import refuse, why_not
from ikbt.accounts.views.private_page import private_page
from ikbt.audit.recording import Actor
from ikbt.common import clock
from ikbt.common.client_address import client_address
from ikbt.common.doors import ANYONE

# The session holds the hash of the chosen password until a first factor is proven.
CHOSEN = "enrolment"


@dataclass(frozen=True)
class Begun:
    """Whoever is half-way: her open invitation, its token, and the hash of the password that she chose with it."""

    invitation: Invitation
    token: str
    password_hash: str


View = Callable[[HttpRequest, None, str], HttpResponse]


def half_way(view: Callable[[HttpRequest, Begun], HttpResponse]) -> View:
    """`@ANYONE(...)`, then this: no factor without an open invitation and a password chosen in this very browser."""

    @wraps(view)
    def guarded(request: HttpRequest, nobody: None, token: str) -> HttpResponse:
        try:
            invitation = open_invitation(token, at=clock.now())
            chosen = request.session.get(CHOSEN, {})
            if chosen.get("invitation") != str(invitation.pk):
                return redirect("accounts:choose_password", token=token)
            return view(request, Begun(invitation, token, chosen["password"]))
        except Closed:
            return _closed(request)

    return guarded


@ANYONE("GET", "POST")
def choose_password(request: HttpRequest, nobody: None, token: str) -> HttpResponse:
    """First step: who she is, and a password."""
    try:
        invitation = open_invitation(token, at=clock.now())
    except Closed:
        return _closed(request)
    form = NewPasswordForm(request.POST or None, person=invitation.person)
    if request.method == "POST" and form.is_valid():
        request.session.flush()
        request.session[CHOSEN] = {
            "invitation": str(invitation.pk),
            "password": make_password(form.cleaned_data["password"]),
        }
        return redirect("accounts:choose_means", token=token)
    return private_page(request, "accounts/choose_password.html", {"form": form, "person": invitation.person})


@ANYONE("GET", "POST")
@half_way
def choose_means(request: HttpRequest, begun: Begun) -> HttpResponse:
    """Second step: make a passkey here, or go on to the app."""
    form, trouble = PasskeyForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            return _in(request, _take_passkey(request, begun, form.cleaned_data))
        except passkey_ceremony.NotTaken as refused:
            refuse(request, refused, at=clock.now())
            trouble = why_not(refused)
    context = {"form": form, "trouble": trouble, "token": begun.token}
    return private_page(request, "accounts/choose_means.html", context, status=400 if trouble else 200)


@ANYONE("POST")
@half_way
def ask_first_passkey(request: HttpRequest, begun: Begun) -> HttpResponse:
    """The challenge for it."""
    person = begun.invitation.person
    return JsonResponse(passkey_ceremony.registration_options(request, person, at=clock.now()))


@ANYONE("GET", "POST")
@half_way
def connect_app(request: HttpRequest, begun: Begun) -> HttpResponse:
    """Second step: scan, type the code; then she is signed in. A POST without a code asks for the square."""
    invitation, at = begun.invitation, clock.now()
    if request.method == "POST" and "code" not in request.POST:
        offer_app(invitation, by=_invited(request, invitation), at=at)
        return redirect("accounts:connect_app", token=begun.token)
    app = offered_app(invitation.person)
    if app is None:
        return redirect("accounts:choose_means", token=begun.token)
    form = AppCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code, by = form.cleaned_data["code"], _invited(request, invitation)
        enrolled = enrol_app(invitation, password_hash=begun.password_hash, code=code, by=by, at=at)
        if enrolled is not None:
            return _in(request, enrolled)
        form.add_error("code", gettext("The code is not right. Take the one the app shows now."))
    # The square and how to scan it come first: the page must not jump past them.
    form.fields["code"].widget.attrs.pop("autofocus", None)
    context = {"form": form, "secret": in_fours(app.secret), "qr": qr_code(app.address), "token": begun.token}
    return private_page(request, "accounts/connect_app.html", context)


def qr_code(address: str) -> SafeString:
    """An inline SVG of attributes alone, as the content policy demands; on a light ground always."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=False, scale=5, border=4, dark="#000", light="#fff", nl=False
    )
    # segno writes numbers and colours only, never a part of the address.
    return SafeString(drawn.getvalue().decode())


def _take_passkey(request: HttpRequest, begun: Begun, given: dict[str, str]) -> Device:
    at, person = clock.now(), begun.invitation.person
    passkey = passkey_ceremony.read_registration(request, person, given["credential"], at=at)
    return enrol_passkey(
        begun.invitation,
        passkey,
        name=given["name"],
        password_hash=begun.password_hash,
        by=_invited(request, begun.invitation),
        at=at,
    )


def _in(request: HttpRequest, device: Device) -> HttpResponse:
    """Signed in, and on to the codes for the day the phone is lost."""
    person = device.user
    person.refresh_from_db()
    signing_in.sign_in(request, person, device, at=clock.now(), way="invitation")
    return remember_language(redirect(f"{reverse('accounts:recovery_codes')}?ny=1"), person)


def _invited(request: HttpRequest, invitation: Invitation) -> Actor:
    """Not signed in, but known by the invitation."""
    return Actor(
        id=invitation.person_id,
        role="none",
        address=client_address(request) or None,
        request_id=getattr(request, "id", ""),
    )


def _closed(request: HttpRequest) -> HttpResponse:
    context = {"sign_in_url": reverse("accounts:sign_in")}
    return private_page(request, "accounts/invitation_closed.html", context, status=404)


def in_fours(secret: str) -> str:
    """A key as it is easiest to type."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
