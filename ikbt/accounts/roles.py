"""What each role may do, in one table; what of a patient it may see is decided by care relation."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The roles of ikbt."""

    PATIENT = "patient", _("patient")
    THERAPIST = "therapist", _("therapist")
    STAND_IN = "stand_in", _("stand-in")
    COORDINATOR = "coordinator", _("coordinator")
    UNIT_MANAGER = "unit_manager", _("unit manager")
    SUPERVISOR = "supervisor", _("supervisor")
    EDITOR = "editor", _("program editor")
    PUBLISHER = "publisher", _("program publisher")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("system administrator")


class Act(models.TextChoices):
    """What a role may be allowed to do besides what a care relation opens."""

    OPEN_OWN_TREATMENT = "open_own_treatment", "open one's own treatment"
    OPEN_DESK = "open_desk", "open the desk"
    OPEN_IN_EMERGENCY = "open_in_emergency", "open one patient's data in an emergency, with a reason"
    SEE_UNIT_ALERTS = "see_unit_alerts", "see the unit's high alerts"
    GIVE_RELATIONS = "give_relations", "decide who at the unit cares for whom"
    MANAGE_UNIT = "manage_unit", "give roles at the unit, look at emergency access; no patient data"
    EDIT_PROGRAMS = "edit_programs", "write programs"
    PUBLISH_PROGRAMS = "publish_programs", "publish programs"
    REVIEW_LOG = "review_log", "review the access log"
    SEE_OUTCOMES = "see_outcomes", "see what treatments at the unit led to, in groups"
    ANSWER_ERASURE = "answer_erasure", "answer requests to be erased, of the unit's patients"
    ADMINISTER = "administer", "administer the system"


MAY: dict[Role, frozenset[Act]] = {
    Role.PATIENT: frozenset({Act.OPEN_OWN_TREATMENT}),
    Role.THERAPIST: frozenset({Act.OPEN_DESK, Act.OPEN_IN_EMERGENCY, Act.SEE_UNIT_ALERTS}),
    # For patients whom she covers for, never as the responsible therapist.
    Role.STAND_IN: frozenset({Act.OPEN_DESK, Act.SEE_UNIT_ALERTS}),
    Role.COORDINATOR: frozenset(
        {Act.OPEN_DESK, Act.OPEN_IN_EMERGENCY, Act.SEE_UNIT_ALERTS, Act.GIVE_RELATIONS, Act.SEE_OUTCOMES}
    ),
    Role.UNIT_MANAGER: frozenset(
        {Act.SEE_UNIT_ALERTS, Act.GIVE_RELATIONS, Act.MANAGE_UNIT, Act.ANSWER_ERASURE, Act.SEE_OUTCOMES}
    ),
    Role.SUPERVISOR: frozenset({Act.OPEN_IN_EMERGENCY}),
    Role.EDITOR: frozenset({Act.EDIT_PROGRAMS}),
    Role.PUBLISHER: frozenset({Act.EDIT_PROGRAMS, Act.PUBLISH_PROGRAMS}),
    Role.AUDITOR: frozenset({Act.REVIEW_LOG}),
    Role.ADMINISTRATOR: frozenset({Act.ADMINISTER}),
}


# What a unit manager gives and ends at her own unit; the others are an administrator's.
GIVEN_BY_MANAGER = (Role.THERAPIST, Role.STAND_IN, Role.COORDINATOR, Role.SUPERVISOR, Role.EDITOR)


def roles_that_may(act: Act) -> list[Role]:
    """The roles that hold an act."""
    return [role for role, acts in MAY.items() if act in acts]
