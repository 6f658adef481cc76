"""Keeps Wagtail's groups in step with the roles in force: what an editor may do there follows from them."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import Group
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from ikbt.accounts.access import is_verified
from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.common import clock
from programs.site_tree import editors_group, publishers_group, start_page_group

GROUP_OF = {Role.EDITOR: editors_group, Role.PUBLISHER: publishers_group}
ADMIN_PATH = "/admin/"
# Answered by ikbt.accounts for everybody.
WAYS_OUT = frozenset({"/admin/login/", "/admin/logout/"})
Next = Callable[[HttpRequest], HttpResponseBase]


def sync_editor_access(person: Person) -> None:
    """Set the person's groups from the roles that run now; those of an ended role are gone at once."""
    roles = (
        RoleAssignment.objects.running(clock.now())
        .of(person)
        .filter(role__in=[*GROUP_OF, Role.ADMINISTRATOR])
    )
    wanted = {_group(role) for role in roles.select_related("unit")} - {None}
    if wanted != set(Group.objects.filter(user=person)):
        person.groups.set(group for group in wanted if group)


def _group(assignment: RoleAssignment) -> Group | None:
    if assignment.role == Role.ADMINISTRATOR:
        return start_page_group()
    return GROUP_OF[Role(assignment.role)](assignment.unit) if assignment.unit else None


def current_editor_access(get_response: Next) -> Next:
    """Middleware: when Wagtail asks what a person may do, her groups are those of her roles in force.

    Who has no business there gets the 404 of a missing page: Wagtail would send her to sign in for ever.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        person = request.user
        asked = request.path.startswith(ADMIN_PATH) and request.path not in WAYS_OUT
        if asked and isinstance(person, Person) and is_verified(request):
            sync_editor_access(person)
            if not person.has_perm("wagtailadmin.access_admin"):
                raise Http404
        return get_response(request)

    return middleware
