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
    CLINICAL_REVIEWER = "clinical_reviewer", _("clinical reviewer")
    LANGUAGE_REVIEWER = "language_reviewer", _("language reviewer")
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
    KEEP_QUEUE = "keep_queue", "see who at the unit waits for somebody, by name and in a word why"
    MANAGE_UNIT = "manage_unit", "give roles at the unit, look at emergency access; no patient data"
    EDIT_PROGRAMS = "edit_programs", "write programs"
    REVIEW_CLINICALLY = "review_clinically", "review drafts of programs clinically"
    REVIEW_LANGUAGE = "review_language", "review language and accessibility of drafts of programs"
    PUBLISH_PROGRAMS = "publish_programs", "release reviewed programs, recall modules"
    READ_CATALOGUE = "read_catalogue", "read the region's catalogue of programs"
    ACTIVATE_PROGRAMS = "activate_programs", "decide by which versions of programs the unit treats"
    REVIEW_LOG = "review_log", "review the access log"
    SEE_OUTCOMES = "see_outcomes", "see what treatments at the unit led to, in groups"
    EXPORT_RESEARCH = "export_research", "fetch data of those who agreed to research, without names"
    ANSWER_ERASURE = "answer_erasure", "answer requests to be erased, of the unit's patients"
    ADMINISTER = "administer", "administer the system"


MAY: dict[Role, frozenset[Act]] = {
    Role.PATIENT: frozenset({Act.OPEN_OWN_TREATMENT}),
    Role.THERAPIST: frozenset(
        {Act.OPEN_DESK, Act.OPEN_IN_EMERGENCY, Act.SEE_UNIT_ALERTS, Act.READ_CATALOGUE}
    ),
    # For patients whom she covers for, never as the responsible therapist.
    Role.STAND_IN: frozenset({Act.OPEN_DESK, Act.SEE_UNIT_ALERTS, Act.READ_CATALOGUE}),
    Role.COORDINATOR: frozenset(
        {
            Act.OPEN_DESK,
            Act.OPEN_IN_EMERGENCY,
            Act.SEE_UNIT_ALERTS,
            Act.GIVE_RELATIONS,
            Act.KEEP_QUEUE,
            Act.SEE_OUTCOMES,
            Act.READ_CATALOGUE,
        }
    ),
    Role.UNIT_MANAGER: frozenset(
        {
            Act.SEE_UNIT_ALERTS,
            Act.GIVE_RELATIONS,
            Act.MANAGE_UNIT,
            Act.ANSWER_ERASURE,
            Act.SEE_OUTCOMES,
            Act.READ_CATALOGUE,
            Act.ACTIVATE_PROGRAMS,
            Act.EXPORT_RESEARCH,
        }
    ),
    Role.SUPERVISOR: frozenset({Act.OPEN_IN_EMERGENCY, Act.READ_CATALOGUE}),
    Role.EDITOR: frozenset({Act.EDIT_PROGRAMS, Act.READ_CATALOGUE}),
    Role.CLINICAL_REVIEWER: frozenset({Act.REVIEW_CLINICALLY, Act.READ_CATALOGUE}),
    Role.LANGUAGE_REVIEWER: frozenset({Act.REVIEW_LANGUAGE, Act.READ_CATALOGUE}),
    Role.PUBLISHER: frozenset({Act.EDIT_PROGRAMS, Act.PUBLISH_PROGRAMS, Act.READ_CATALOGUE}),
    Role.AUDITOR: frozenset({Act.REVIEW_LOG}),
    Role.ADMINISTRATOR: frozenset({Act.ADMINISTER}),
}


# What a unit manager gives and ends at her own unit; the others are an administrator's.
GIVEN_BY_MANAGER = (
    Role.THERAPIST,
    Role.STAND_IN,
    Role.COORDINATOR,
    Role.SUPERVISOR,
    Role.EDITOR,
    Role.CLINICAL_REVIEWER,
    Role.LANGUAGE_REVIEWER,
)


def roles_that_may(act: Act) -> list[Role]:
    """The roles that hold an act."""
    return [role for role, acts in MAY.items() if act in acts]
