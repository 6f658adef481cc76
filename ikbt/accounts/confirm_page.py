"""The page that asks a signed-in person for her second factor once more; decides what it carries along."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ikbt.accounts.factors import own_factors
from ikbt.accounts.forms import CodeForm


def confirm_page(
    request: HttpRequest,
    *,
    path: str,
    kept: str,
    form: CodeForm | None = None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    """With a passkey if she has one, or a code; a form on its way waits inside the page."""
    context = {
        "form": form or CodeForm(),
        "next": path,
        "held": kept,
        "trouble": trouble,
        "has_passkey": bool(own_factors(request.user).passkeys) if request.user.is_authenticated else False,
    }
    # Never stored: it is shown to the signed-in alone, whose pages all say so.
    return render(request, "accounts/confirm.html", context, status=status)
