"""Enrolment by invitation: a password of one's own, then the authenticator app, then signed in."""

from __future__ import annotations

import io

import segno
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from ikbt.accounts import signing_in
from ikbt.accounts.enrolling import Closed, enrol, offer_app, open_invitation
from ikbt.accounts.forms import AppCodeForm, NewPasswordForm
from ikbt.accounts.models import AuthenticatorApp, Invitation
from ikbt.accounts.views.language import remember_language
from ikbt.accounts.views.private_page import private_page
from ikbt.audit.recording import Actor
from ikbt.common import clock
from ikbt.common.client_address import client_address
from ikbt.common.doors import ANYONE

# The session holds the hash of the chosen password until the code has proven the app.
CHOSEN = "enrolment"


@ANYONE("GET", "POST")
def choose_password(request: HttpRequest, nobody: None, token: str) -> HttpResponse:
    """First step: who she is, and a password."""
    try:
        invitation = open_invitation(token, at=clock.now())
        form = NewPasswordForm(request.POST or None, person=invitation.person)
        if request.method == "POST" and form.is_valid():
            offer_app(invitation, by=_invited(request, invitation), at=clock.now())
            request.session.flush()
            request.session[CHOSEN] = {
                "invitation": str(invitation.pk),
                "password": make_password(form.cleaned_data["password"]),
            }
            return redirect("accounts:connect_app", token=token)
    except Closed:
        return private_page(
            request,
            "accounts/invitation_closed.html",
            {"sign_in_url": reverse("accounts:sign_in")},
            status=404,
        )
    return private_page(request, "accounts/choose_password.html", {"form": form, "person": invitation.person})


@ANYONE("GET", "POST")
def connect_app(request: HttpRequest, nobody: None, token: str) -> HttpResponse:
    """Second step: scan, type the code; then she is signed in."""
    try:
        invitation = open_invitation(token, at=clock.now())
        chosen = request.session.get(CHOSEN, {})
        app = AuthenticatorApp.objects.filter(user=invitation.person, confirmed=False).first()
        if chosen.get("invitation") != str(invitation.pk) or app is None:
            return redirect("accounts:choose_password", token=token)
        form = AppCodeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            enrolled = _take(request, invitation, chosen["password"], form.cleaned_data["code"])
            if enrolled is not None:
                return remember_language(redirect("accounts:landing"), invitation.person)
            form.add_error("code", gettext("The code is not right. Take the one the app shows now."))
        # The square and how to scan it come first: the page must not jump past them.
        form.fields["code"].widget.attrs.pop("autofocus", None)
    except Closed:
        return private_page(
            request,
            "accounts/invitation_closed.html",
            {"sign_in_url": reverse("accounts:sign_in")},
            status=404,
        )
    context = {"form": form, "secret": in_fours(app.secret), "qr": qr_code(app.address)}
    return private_page(request, "accounts/connect_app.html", context)


def qr_code(address: str) -> SafeString:
    """An inline SVG of attributes alone, as the content policy demands; on a light ground always."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=False, scale=5, border=4, dark="#000", light="#fff", nl=False
    )
    # segno writes numbers and colours only, never a part of the address.
    return SafeString(drawn.getvalue().decode())


def _take(
    request: HttpRequest, invitation: Invitation, password_hash: str, code: str
) -> AuthenticatorApp | None:
    by, at = _invited(request, invitation), clock.now()
    app = enrol(invitation, password_hash=password_hash, code=code, by=by, at=at)
    if app is not None:
        person = app.user
        person.refresh_from_db()
        signing_in.sign_in(request, person, app, at=at, way="invitation")
    return app


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
