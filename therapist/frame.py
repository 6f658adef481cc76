"""What the frame of every page at the desk says: who is signed in, where, and whose page this is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ikbt.accounts.models import Person
from ikbt.common import clock
from ikbt.common.navigation import mark_current
from ikbt.common.phone_number import as_written
from ikbt.treatments.access import Cared
from ikbt.treatments.models import CareRelation, Treatment
from ikbt.treatments.watching_clock import still_words
from therapist.menu import menu_of


def desk_frame(
    request: HttpRequest, staff: Person, *, unit_name: str, held: Sequence[tuple[str, UUID]] | None = None
) -> dict[str, Any]:
    """Context of layouts/therapist.html; `held` where the page's door has read her roles already."""
    items, list_url = menu_of(staff, at=clock.now(), held=held), reverse("therapist:caseload")
    units = {reverse("unit:queue"), reverse("unit:overview")}
    return {
        # Without a list there is nothing to move in.
        "keys_url": reverse("therapist:keys") if any(item.url == list_url for item in items) else "",
        "list_url": list_url,
        "single_keys": staff.single_keys,
        "person_name": staff.name,
        "unit_name": unit_name,
        "home_url": items[0].url if items else reverse("accounts:landing"),
        "nav": mark_current(items, request.path),
        # Whoever answers for the unit, not every therapist: she can do nothing about it.
        "clock_still": still_words(at=clock.now()) if any(item.url in units for item in items) else "",
        "sign_out_url": reverse("accounts:sign_out"),
    }


def patient_frame(request: HttpRequest, cared: Cared, *, here: str = "") -> dict[str, Any]:
    """The frame of a page about one patient; `here` names the page below the patient's own in the
    breadcrumb.
    """
    treatment = cared.treatment
    patient = reverse("therapist:patient", args=[treatment.pk])
    frame = desk_frame(request, cared.staff, unit_name=treatment.unit.name)
    # The list, or the one page that whoever comes in an emergency has instead of it.
    crumbs = [{"label": item.label, "url": item.url} for item in frame["nav"][:1]]
    if here:
        crumbs += [{"label": treatment.patient.name, "url": patient}, {"label": here, "url": ""}]
    else:
        crumbs += [{"label": treatment.patient.name, "url": ""}]
    return {
        **frame,
        "crumbs": crumbs,
        "treatment": treatment,
        "patient": treatment.patient,
        "patient_url": patient,
        "facts": identity_facts(cared),
        "identity_tags": identity_tags(treatment),
        # A protected person is called only as she has chosen herself.
        "phone": "" if treatment.patient.protected_identity else as_written(treatment.patient.phone),
        "emergency_until": emergency_until(cared),
    }


def is_emergency(cared: Cared) -> bool:
    """She is here by emergency access, and the page says so."""
    return cared.relation.kind == CareRelation.Kind.EMERGENCY


def emergency_until(cared: Cared) -> datetime | None:
    """When her emergency access ends; until then she reads and handles alerts. None: she cares for the patient."""
    return cared.relation.ends_at if is_emergency(cared) else None


def identity_facts(cared: Cared) -> list[dict[str, str]]:
    """What the identity bar says beside the name."""
    treatment, today = cared.treatment, clock.today()
    outline = treatment.version.outline
    week = clock.week_of(treatment.starts_on, today)
    found = [(_("Age"), str(age_on(treatment.patient.born, today))) if treatment.patient.born else None]
    found += [
        (_("Program"), str(outline["title"])),
        (_("Week"), _("%(week)d of %(weeks)d") % {"week": week, "weeks": treatment.weeks_planned(outline)}),
    ]
    if treatment.therapist_id != cared.staff.pk:
        found.append((_("Responsible"), treatment.therapist.name))
    return [{"label": fact[0], "value": fact[1]} for fact in found if fact]


def identity_tags(treatment: Treatment) -> list[dict[str, str]]:
    """What one must know before anything else: protected identity, and that the course doesn't run."""
    tags = []
    if treatment.patient.protected_identity:
        tags.append({"label": _("Protected identity"), "kind": "warning"})
    if treatment.patient.deceased_on is not None:
        tags.append({"label": _("Deceased"), "kind": "neutral"})
    if treatment.state != Treatment.State.ACTIVE:
        tags.append({"label": str(treatment.get_state_display()).capitalize(), "kind": "neutral"})
    return tags


def age_on(born: date, day: date) -> int:
    """Whole years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
