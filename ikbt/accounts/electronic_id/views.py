"""Screens of e-ID: out to the provider, and back with its reply."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from rules.predicates import always_allow

from ikbt.accounts.destinations import safe_next
from ikbt.accounts.electronic_id.providers import Provider, table
from ikbt.accounts.electronic_id.refusing import Refused, record_refusal
from ikbt.accounts.electronic_id.returning import take_reply
from ikbt.accounts.electronic_id.starting import HeldTooLong, ask_anew, begin
from ikbt.accounts.views.private_page import private_page
from ikbt.accounts.views.sign_in import arrive, ask_again
from ikbt.common import clock
from ikbt.common.doors import PUBLIC, Door


def _configured(request: HttpRequest, key: str) -> Provider:
    try:
        return table()[key]
    except KeyError as unknown:
        raise Http404 from unknown


E_ID: Door[Provider] = Door(
    name="e-ID",
    data=PUBLIC,
    who="anyone; signed in only by a provider's checked reply",
    opens=_configured,
    takes=("key",),
    # Whose reply it is decides the provider, not the door.
    rule=always_allow,
)


@E_ID("POST")
def start(request: HttpRequest, provider: Provider) -> HttpResponse:
    """To the provider, through a page: a redirect would meet the content policy's form-action."""
    path, kept = safe_next(request), request.POST.get("held", "")
    return_url = request.build_absolute_uri(
        reverse("accounts:electronic_id_return", kwargs={"key": provider.key})
    )
    try:
        url = begin(request, provider, return_url=return_url, path=path, kept=kept, at=clock.now())
    except HeldTooLong:
        return ask_again(request, path=path, kept=kept)
    except Refused as refused:
        refused.path, refused.held = path, kept
        return _refused_page(request, refused, provider)
    response = private_page(
        request, "accounts/electronic_id/leaving.html", {"name": provider.shown_name, "url": url}
    )
    response["Refresh"] = f"0; url={url}"
    return response


@E_ID("GET")
def take_back(request: HttpRequest, provider: Provider) -> HttpResponse:
    """The provider's reply: the one GET that changes something, guarded by its state."""
    if request.method == "HEAD":
        # A link checker must not use up the reply.
        return HttpResponse()
    try:
        arrived = take_reply(request, provider, at=clock.now())
    except Refused as refused:
        return _refused_page(request, refused, provider)
    return arrive(request, arrived.person, arrived.path, arrived.held)


def _refused_page(request: HttpRequest, refused: Refused, provider: Provider) -> HttpResponse:
    """The same words whatever was wrong; what she was doing waits in the page."""
    ask_anew(request)
    record_refusal(request, refused, provider=provider.key)
    context = {"next": refused.path, "held": refused.held}
    return private_page(request, "accounts/electronic_id/refused.html", context, status=403)
