"""Keeps Wagtail's groups in step with the roles in force: what an editor may do there follows from her roles alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.common import clock
from programs.site_tree import editors_group, publishers_group

GROUP_OF = {Role.EDITOR: editors_group, Role.PUBLISHER: publishers_group}
Next = Callable[[HttpRequest], HttpResponseBase]


def sync_editor_access(person: Person) -> None:
    """Set the person's groups from the roles that run now; those of an ended role are gone at once.

    A role without a unit gives no group: the region's start page is edited by those with Wagtail's own rights.
    """
    roles = RoleAssignment.objects.running(clock.now()).of(person).filter(role__in=GROUP_OF, unit__isnull=False)
    wanted = {GROUP_OF[Role(role.role)](role.unit) for role in roles.select_related("unit") if role.unit}
    standing = set(Group.objects.filter(user=person))
    if wanted != standing:
        person.groups.set(wanted)


def current_editor_access(get_response: Next) -> Next:
    """Middleware: before Wagtail's admin asks what a person may do, her groups are those of her roles in force."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith("/admin/") and request.user.is_authenticated:
            sync_editor_access(cast(Person, request.user))
        return get_response(request)

    return middleware
