"""The one way in: e-mail and password, then the code; and the way out."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext

from ikbt.accounts import held, signing_in, signing_out
from ikbt.accounts.access import is_verified
from ikbt.accounts.destinations import safe_next
from ikbt.accounts.forms import CodeForm, SignInForm
from ikbt.accounts.models import Person
from ikbt.accounts.views.language import remember_language
from ikbt.accounts.views.private_page import private_page
from ikbt.common import clock
from ikbt.common.doors import ANYONE
from ikbt.common.middleware import ADMIN_PATHS


@ANYONE("GET", "POST")
def sign_in(request: HttpRequest, nobody: None) -> HttpResponse:
    """E-mail and password."""
    if is_verified(request):
        return _already_in(request)
    form = SignInForm(request.POST or None)
    path, kept = safe_next(request), request.POST.get("held", "")
    if request.method == "POST" and form.is_valid():
        try:
            person = signing_in.take_password(request, **form.cleaned_data, at=clock.now())
        except signing_in.TooManyTries as many:
            return _too_many(request, form, many, path=path, kept=kept)
        if person is not None:
            return _to_code(request, kept)
        form.add_error(None, gettext("The e-mail address or the password is not right. Please try again."))
    return password_page(request, form, path=path, kept=kept)


@ANYONE("GET", "POST")
def code(request: HttpRequest, nobody: None) -> HttpResponse:
    """The six digits from the app."""
    if is_verified(request):
        return _already_in(request)
    path, kept = safe_next(request), request.POST.get("held", "")
    person = signing_in.pending_person(request, at=clock.now())
    if person is None:
        return _start_again(request, path, kept)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        tried = signing_in.take_code(request, person, form.cleaned_data["code"], at=clock.now())
        if tried.device is not None:
            try:
                signing_in.sign_in(request, person, tried.device, at=clock.now(), way="password and code")
            except signing_in.PasskeyDemanded:
                return _passkey_instead(request, path=path, kept=kept)
            return arrive(request, person, path, kept)
        form.add_error("code", wrong_code(tried.wait_seconds))
    return _code_page(request, form, path=path, kept=kept)


@ANYONE("POST")
def sign_out(request: HttpRequest, nobody: None) -> HttpResponse:
    """End the session and empty the browser's store; a GET, as of an image elsewhere, ends nothing."""
    signing_out.sign_out(request, at=clock.now())
    response = redirect(f"{reverse('accounts:sign_in')}?{urlencode({'signed_out': '1'})}")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@ANYONE("GET", "HEAD", "POST")
def other_way_in(request: HttpRequest, nobody: None, rest: str = "") -> HttpResponse:
    """Django's and Wagtail's own sign-in and password pages lead to the one there is."""
    if is_verified(request):
        # The admin sends here whom it refuses: to her the page does not exist.
        raise Http404
    path = safe_next(request)
    query = f"?{urlencode({'next': path})}" if path else ""
    return redirect(f"{reverse('accounts:sign_in')}{query}")


def ask_again(request: HttpRequest, *, path: str, kept: str) -> HttpResponse:
    """The sign-in page in answer to a form that came too late; the form waits inside it."""
    if signing_in.pending_person(request, at=clock.now()) is not None:
        return _code_page(request, CodeForm(), path=path, kept=kept, status=403)
    return password_page(request, SignInForm(), path=path, kept=kept, status=403)


def arrive(request: HttpRequest, person: Person, path: str, kept: str) -> HttpResponse:
    """Where she was going, once signed in: her held form to send again, the page, or the choice of places."""
    if kept and path:
        try:
            waiting = held.give_back(path, kept)
        except held.Unreadable:
            return redirect("accounts:landing")
        return remember_language(
            private_page(
                request,
                "accounts/send_again.html",
                {"held": waiting, "landing_url": reverse("accounts:landing")},
            ),
            person,
        )
    return remember_language(redirect(path or "accounts:landing"), person)


def _already_in(request: HttpRequest) -> HttpResponse:
    path = safe_next(request)
    if path.startswith(ADMIN_PATHS):
        # The admins send here whom they refuse, again and again: to her the page does not exist.
        raise Http404
    return redirect(path or "accounts:landing")


def _to_code(request: HttpRequest, kept: str) -> HttpResponse:
    path = safe_next(request)
    if kept:
        # A redirect can't carry what she wrote.
        return _code_page(request, CodeForm(), path=path, kept=kept)
    query = f"?{urlencode({'next': path})}" if path else ""
    return redirect(f"{reverse('accounts:code')}{query}")


def _start_again(request: HttpRequest, path: str, kept: str) -> HttpResponse:
    form = SignInForm()
    return password_page(request, form, path=path, kept=kept, late=request.method == "POST")


def _too_many(
    request: HttpRequest, form: SignInForm, many: signing_in.TooManyTries, *, path: str, kept: str
) -> HttpResponse:
    minutes = -(-many.wait_seconds // 60)
    words = ngettext(
        "There have been too many tries. Wait %(n)d minute, or sign in with a passkey.",
        "There have been too many tries. Wait %(n)d minutes, or sign in with a passkey.",
        minutes,
    )
    form.add_error(None, words % {"n": minutes})
    response = password_page(request, form, path=path, kept=kept, status=429)
    response["Retry-After"] = str(many.wait_seconds)
    return response


def _passkey_instead(request: HttpRequest, *, path: str, kept: str) -> HttpResponse:
    trouble = gettext("Your care unit asks you to sign in with your passkey.")
    return password_page(request, SignInForm(), path=path, kept=kept, trouble=trouble, status=403)


def wrong_code(wait_seconds: int) -> str:
    """What is said of a code that was not taken, and how long to wait."""
    wrong = gettext("The code is not right, or has been used already. Take the one the app shows now.")
    if wait_seconds < 2:
        return wrong
    wait = ngettext("Wait %(n)d second and try again.", "Wait %(n)d seconds and try again.", wait_seconds)
    return f"{wrong} {wait % {'n': wait_seconds}}"


def password_page(
    request: HttpRequest,
    form: SignInForm,
    *,
    path: str,
    kept: str,
    late: bool = False,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page where one signs in; `trouble` says why another way did not."""
    context = {
        "trouble": trouble,
        "form": form,
        "next": path,
        "held": kept,
        "expired": "expired" in request.GET and not form.is_bound,
        "signed_out": "signed_out" in request.GET and not form.is_bound,
        "late": late,
    }
    return private_page(request, "accounts/sign_in.html", context, status=status)


def _code_page(
    request: HttpRequest, form: CodeForm, *, path: str, kept: str, status: int = 200
) -> HttpResponse:
    return private_page(
        request, "accounts/code.html", {"form": form, "next": path, "held": kept}, status=status
    )
