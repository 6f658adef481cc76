"""The patient's own log: on screen and as a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ikbt.access_log.access import MY_LOG, MY_LOG_FILE, MyLog
from ikbt.access_log.log_file import TYPES, written
from ikbt.access_log.own_log import own_log
from ikbt.common import clock


@MY_LOG("GET")
def mine(request: HttpRequest, at: MyLog) -> HttpResponse:
    """Who has read about me."""
    log = own_log(
        at.person.pk,
        month=request.GET.get("manad", ""),
        page=request.GET.get("sida", "1"),
        own="egna" in request.GET,
    )
    frame = {
        "person_name": at.person.name,
        "home_url": reverse("accounts:landing"),
        "sign_out_url": reverse("accounts:sign_out"),
    }
    return render(request, "access_log/mine.html", {"log": log, **frame})


@MY_LOG_FILE("GET")
def download(request: HttpRequest, at: MyLog) -> HttpResponse:
    """The whole log as a file."""
    form = request.GET.get("format", "csv")
    if form not in TYPES:
        raise Http404
    name = f"atkomstlogg-{clock.today().isoformat()}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(written(at.person.pk, form), content_type=TYPES[form], headers=headers)
