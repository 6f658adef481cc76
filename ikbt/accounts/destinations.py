"""Where a person goes after sign-in: by what her roles may do, or back to the page she asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import MAY, Act, Role


@dataclass(frozen=True)
class Place:
    """One of the site's parts, as the choice after sign-in shows it."""

    route: str
    title: str | Promise
    about: str | Promise

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(self.route)


# Order is the order on the page.
PLACES: dict[Act, Place] = {
    Act.OPEN_OWN_TREATMENT: Place(
        "treatments:home", _("My treatment"), _("Your own modules, forms and messages.")
    ),
    Act.OPEN_DESK: Place("therapist:caseload", _("Worklist"), _("Your patients and what needs you first.")),
    Act.MANAGE_UNIT: Place(
        "unit:overview", _("Unit"), _("Staff, care relations and what waits for a manager.")
    ),
    Act.OPEN_IN_EMERGENCY: Place(
        "therapist:emergency", _("Emergency access"), _("One patient's data for an hour, with a reason.")
    ),
    Act.EDIT_PROGRAMS: Place("wagtailadmin_home", _("Programs"), _("Write, review and publish programs.")),
    Act.REVIEW_LOG: Place("audit:reviews", _("Log review"), _("Draw samples of reads and decide on each.")),
    Act.ANSWER_ERASURE: Place(
        "privacy:erasure_requests",
        _("Erasure requests"),
        _("What patients of the unit want erased, and your answers."),
    ),
    Act.ADMINISTER: Place("admin:index", _("Administration"), _("Units, people and roles.")),
}


# The first one's own menu leads to the second.
# Reviewers work in the same part as those who write; the first place stands for all of them.
_SAME_PART = frozenset({Act.REVIEW_CLINICALLY, Act.REVIEW_LANGUAGE})
LEADS_ON = {Act.OPEN_DESK: Act.OPEN_IN_EMERGENCY, Act.MANAGE_UNIT: Act.ANSWER_ERASURE}


def places(person: Person, *, at: datetime) -> list[Place]:
    """The parts of the site that her running roles open; empty when none does yet."""
    held = RoleAssignment.objects.of(person).running(at).values_list("role", flat=True)
    acts = {act for role in held for act in MAY[Role(role)]}
    if acts & _SAME_PART:
        acts.add(Act.EDIT_PROGRAMS)
    for home, further in LEADS_ON.items():
        if home in acts:
            acts.discard(further)
    return [place for act, place in PLACES.items() if act in acts]


def safe_next(request: HttpRequest) -> str:
    """The address that was asked for before sign-in, if it is a path of this very site; empty otherwise."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(asked, allowed_hosts=None, require_https=request.is_secure())
    return asked if own and asked.startswith("/") else ""
