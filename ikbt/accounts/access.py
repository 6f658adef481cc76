"""The account's own doors: who may open pages that belong to a signed-in person and to no treatment."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from ikbt.accounts.models import Person
from ikbt.accounts.rules import has_second_factor
from ikbt.common.doors import ACCOUNT, Door


def is_verified(request: HttpRequest) -> bool:
    """Signed in with a second factor; a request that the second-factor middleware never saw is not."""
    return has_second_factor.test(getattr(request, "user", None))


def _oneself(request: HttpRequest) -> Person:
    if not is_verified(request) or not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user


ONESELF: Door[Person] = Door(
    name="oneself",
    data=ACCOUNT,
    who="anyone signed in with a second factor",
    opens=_oneself,
    rule=has_second_factor,
)
