"""What the page of an offered treatment says before the answer: the summary, and the alerts that are open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from ikbt.treatments.transfer_summary import open_flags
from therapist.caseload import name_in_lists
from therapist.timeline import alert_raised
from therapist.unit.access import UnitsOffer


def offer_page(at: UnitsOffer, addresses: Mapping[str, str]) -> dict[str, Any]:
    """Context of therapist/unit/offer.html, less the forms; `addresses` by the template's names."""
    treatment = at.offer.treatment
    return {
        "offer": at.offer,
        "name": name_in_lists(treatment),
        "program": treatment.version.outline["title"],
        "treatment": treatment,
        "flags": [
            (one, alert_raised({"kind": one.kind, "level": one.level})) for one in open_flags(treatment)
        ],
        "list_url": reverse(addresses["list_url"]),
        "accept_url": reverse(addresses["accept_url"], args=[at.offer.pk]),
        "decline_url": reverse(addresses["decline_url"], args=[at.offer.pk]),
    }
