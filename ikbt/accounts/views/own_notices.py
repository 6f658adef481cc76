"""How one wants to get notices: e-mail, text message or none."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from ikbt.accounts import signing_in
from ikbt.accounts.access import ONESELF
from ikbt.accounts.forms import NoticesForm
from ikbt.accounts.models import Person
from ikbt.accounts.preferring import choose_notices
from ikbt.accounts.views.own_page import say
from ikbt.accounts.views.private_page import private_page
from ikbt.common import clock
from ikbt.common.phone_number import as_written


@ONESELF("GET", "POST")
def notices(request: HttpRequest, person: Person) -> HttpResponse:
    """Choose; what was typed stays when it can't be kept."""
    now = {"notices_by": person.notices_by, "phone": as_written(person.phone)}
    form = NoticesForm(request.POST or None, initial=now, email=person.email)
    if request.method == "POST" and form.is_valid():
        try:
            choose_notices(person, **form.cleaned_data, by=signing_in.actor(request, person, at=clock.now()))
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return say(request, gettext("Your choice is saved."))
    return private_page(request, "accounts/notices.html", {"form": form})
