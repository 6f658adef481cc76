"""Keeps Wagtail within borders: its groups follow the roles in force, and what is no one's own is a missing page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.models import Group
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from ikbt.accounts.access import is_verified
from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.common import clock
from programs.authorship import note_change
from programs.blocks.own_shelf import choosing
from programs.borders import REVIEWERS, Border, border_of
from programs.site_tree import editors_group, publishers_group, reviewers_group, start_page_group
from programs.used_of_wagtail import Kind

GROUP_OF = {Role.EDITOR: editors_group, Role.PUBLISHER: publishers_group}
ADMIN_PATH = "/admin/"
# Answered by ikbt.accounts for everybody.
WAYS_OUT = frozenset({"/admin/login/", "/admin/logout/"})
# Wagtail's page about oneself takes a picture and a name that nobody checks; ours is elsewhere.
ABOUT_ONESELF = "wagtailadmin_account"
Next = Callable[[HttpRequest], HttpResponseBase]


def sync_editor_access(person: Person) -> None:
    """Set the person's groups from the roles that run now; those of an ended role are gone at once."""
    roles = (
        RoleAssignment.objects.running(clock.now())
        .of(person)
        .filter(role__in=[*GROUP_OF, *REVIEWERS, Role.ADMINISTRATOR])
    )
    wanted = {_group(role) for role in roles.select_related("unit")} - {None}
    if wanted != set(Group.objects.filter(user=person)):
        person.groups.set(group for group in wanted if group)


def _group(assignment: RoleAssignment) -> Group | None:
    if assignment.role == Role.ADMINISTRATOR:
        return start_page_group()
    if assignment.role in REVIEWERS:
        return reviewers_group() if assignment.unit else None
    return GROUP_OF[Role(assignment.role)](assignment.unit) if assignment.unit else None


class current_editor_access:  # noqa: N801 - named as the function it acts as; a class because Django asks for process_view
    """Middleware: in Wagtail a person is what her running roles make her, and meets nothing of other units.

    Who has no business there gets the 404 of a missing page: Wagtail would send her to sign in for ever.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        person = request.user
        if not isinstance(person, Person) or not _asks_wagtail(request):
            return self.get_response(request)
        # A superuser passes every check of Wagtail's, and none of ours: here nobody is one. Never saved.
        person.is_superuser = False
        sync_editor_access(person)
        if not person.has_perm("wagtailadmin.access_admin"):
            raise Http404
        border = border_of(person, at=clock.now())
        request.border = border  # type: ignore[attr-defined]
        with choosing(border.holds):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Runs once the route is known: it must be one we use, about something within her border."""
        border = getattr(request, "border", None)
        # Ours have doors of their own.
        if border is None or hasattr(view, "door"):
            return None
        route = request.resolver_match.view_name if request.resolver_match else ""
        if route == ABOUT_ONESELF:
            return redirect("accounts:own_page")
        kind, key = _keep_within(border, route, args, kwargs)
        if request.method == "POST":
            note_change(cast(Person, request.user), route, kind, key, at=clock.now())
        return None


def _asks_wagtail(request: HttpRequest) -> bool:
    return request.path.startswith(ADMIN_PATH) and request.path not in WAYS_OUT and is_verified(request)


def _keep_within(
    border: Border, route: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Kind, Any]:
    about = border.about(route)
    if about is None:
        raise Http404
    kind, argument = about
    key = args[argument] if isinstance(argument, int) else kwargs.get(argument)
    if not border.holds(kind, key):
        raise Http404
    return kind, key
