"""The whole timeline of a treatment: decides which events belong together, and how far back one looks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ikbt.treatments.models import Treatment, TreatmentEvent
from ikbt.treatments.reading import outline_of
from therapist.timeline import events_of, happenings

Kind = TreatmentEvent.Kind
ALL = "alla"
# So many are drawn; older ones are found by narrowing.
MOST = 200
# The keys stand in addresses.
GROUPS: Mapping[str, tuple[str, frozenset[str]]] = {
    "moduler": (
        gettext_noop("Modules and work"),
        frozenset(
            {
                Kind.MODULE_OPENED,
                Kind.MODULE_SUBMITTED,
                Kind.FEEDBACK_GIVEN,
                Kind.MODULE_RECALLED,
                Kind.MODULE_BACK,
                Kind.VERSION_CHANGED,
            }
        ),
    ),
    "larm": (
        gettext_noop("Alerts"),
        frozenset({Kind.ALERT_RAISED, Kind.ALERT_ESCALATED, Kind.ALERT_ASKED_AFTER, Kind.ALERT_CLOSED}),
    ),
    "beslut": (
        gettext_noop("Decisions about the path"),
        frozenset(
            {
                Kind.OFFER_ACCEPTED,
                Kind.OFFER_DECLINED,
                Kind.CHOSEN,
                Kind.SUBTYPES_OPENED,
                Kind.SLEEP_WINDOW,
                Kind.MODULE_HELD,
                Kind.MODULE_RELEASED,
                Kind.MODULE_SKIPPED,
                Kind.MODULE_PUT_BACK,
                Kind.MODULE_MOVED,
            }
        ),
    ),
    "gang": (
        gettext_noop("Course and care"),
        frozenset(
            {
                Kind.PREPARED,
                Kind.STARTED,
                Kind.PAUSED,
                Kind.RESUMED,
                Kind.PROLONGED,
                Kind.CLOSING_BEGUN,
                Kind.COMPLETED,
                Kind.FOLLOW_UP_BEGUN,
                Kind.DISCONTINUED,
                Kind.CLOSED,
                Kind.REOPENED,
                Kind.ENDED,
                Kind.TRANSFER_OFFERED,
                Kind.TRANSFER_ACCEPTED,
                Kind.TRANSFER_DECLINED,
                Kind.TRANSFER_EXPIRED,
                Kind.THERAPIST_CHANGED,
            }
        ),
    ),
}
# Days back.
PERIODS = {"14": 14, "30": 30, "90": 90}


def timeline_page(treatment: Treatment, *, kind: str, period: str, at: datetime) -> dict[str, Any]:
    """Context of therapist/timeline.html; what no filter of ours is called shows everything."""
    rows, days = events_of(treatment), PERIODS.get(period)
    if kind in GROUPS:
        rows = rows.filter(kind__in=GROUPS[kind][1])
    if days is not None:
        rows = rows.filter(at__gte=at - timedelta(days=days))
    found = list(rows[: MOST + 1])
    return {
        "events": happenings(found[:MOST], outline_of(treatment)),
        "most": MOST if len(found) > MOST else 0,
        "kinds": [(ALL, _("All kinds"), kind not in GROUPS)]
        + [(key, _(words), key == kind) for key, (words, _kinds) in GROUPS.items()],
        "periods": [(ALL, _("All the time"), days is None)]
        + [(key, _("The last %(n)d days") % {"n": number}, key == period) for key, number in PERIODS.items()],
    }
