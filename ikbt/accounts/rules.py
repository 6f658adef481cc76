"""Who somebody is, and what her roles let her do: the named predicates of doors that ask no care relation."""

from __future__ import annotations

from collections.abc import Collection

from rules.predicates import Predicate

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Act, roles_that_may


def _has_second_factor(visitor: object) -> bool:
    """Signed in with a second factor; whoever the second-factor middleware never saw is not."""
    check = getattr(visitor, "is_verified", None)
    return isinstance(visitor, Person) and callable(check) and check() is True


has_second_factor = Predicate(_has_second_factor, "has_second_factor")


def may(act: Act) -> Predicate:
    """Of the keys of the roles that she holds now, one lets her do this."""

    def holds(visitor: Person, roles: Collection[str]) -> bool:
        return not set(roles).isdisjoint(roles_that_may(act))

    return Predicate(holds, f"may_{act.value}")


may_open_desk = may(Act.OPEN_DESK)
may_open_in_emergency = may(Act.OPEN_IN_EMERGENCY)
may_review_log = may(Act.REVIEW_LOG)
