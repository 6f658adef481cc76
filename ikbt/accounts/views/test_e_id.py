"""The demo's test e-ID: signs in as a chosen made-up person; answers only where TEST_E_ID is on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from rules.predicates import Predicate

from ikbt.accounts import signing_in
from ikbt.accounts.destinations import safe_next
from ikbt.accounts.forms import TestElectronicIdForm
from ikbt.accounts.models import AuthenticatorApp, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.accounts.views.language import remember_language
from ikbt.accounts.views.private_page import private_page
from ikbt.common import clock
from ikbt.common.doors import PUBLIC, Door

# A screenful a role; anybody else is found by name.
SHOWN_PER_ROLE = 12


@dataclass(frozen=True)
class Group:
    """The people of one role."""

    title: str
    holders: Sequence[RoleAssignment]
    # How many more there are than are shown.
    more: int


def _no_real_patients_here() -> bool:
    return bool(settings.TEST_E_ID)


no_real_patients_here = Predicate(_no_real_patients_here, "no_real_patients_here")


def _only_in_the_demo(request: HttpRequest) -> None:
    if not no_real_patients_here.test():
        raise Http404


TEST_E_ID: Door[None] = Door(
    name="test e-ID",
    data=PUBLIC,
    who="anyone, where no real patients are",
    opens=_only_in_the_demo,
    rule=no_real_patients_here,
)


@TEST_E_ID("GET", "POST")
def test_e_id(request: HttpRequest, nobody: None) -> HttpResponse:
    """Choose a person and be signed in as her."""
    form = TestElectronicIdForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        app = get_object_or_404(
            AuthenticatorApp.objects.select_related("user"),
            user=form.cleaned_data["person"],
            confirmed=True,
            user__is_active=True,
        )
        try:
            signing_in.sign_in(request, app.user, app, at=clock.now(), way="test e-ID")
        except signing_in.PasskeyDemanded:
            return redirect("accounts:sign_in")
        return remember_language(redirect(safe_next(request) or "accounts:landing"), app.user)
    name = request.POST.get("namn", "").strip()
    context = {"groups": _groups(name), "next": safe_next(request), "name": name}
    return private_page(request, "accounts/test_e_id.html", context)


def _groups(name: str) -> list[Group]:
    """Running roles of people with a confirmed app, by role in the table's order; those alone who are called so."""
    enrolled = AuthenticatorApp.objects.filter(confirmed=True).values("user")
    held = (
        RoleAssignment.objects.running(clock.now())
        .filter(person__in=enrolled, person__is_active=True)
        .select_related("person", "unit")
        .order_by("person__created_at", "person__last_name")
    )
    for word in name.split():
        held = held.filter(Q(person__first_name__icontains=word) | Q(person__last_name__icontains=word))
    found = [(role, list(held.filter(role=role))) for role in Role]
    return [
        Group(str(role.label), holders[:SHOWN_PER_ROLE], max(0, len(holders) - SHOWN_PER_ROLE))
        for role, holders in found
        if holders
    ]
