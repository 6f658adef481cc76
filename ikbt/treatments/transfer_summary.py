"""What goes along with a transfer: the flags a receiving unit sees first, and the part that the old unit keeps."""

from __future__ import annotations

import json
from typing import Any

from ikbt.treatments.models import Alert, ModuleProgress, Treatment, TreatmentEvent
from measurements.models import Score


def open_flags(treatment: Treatment) -> list[Alert]:
    """Open alerts, the highest and oldest first."""
    rows = Alert.objects.filter(treatment=treatment, closed_at=None).select_related("owner")
    return sorted(rows, key=lambda one: (one.level != Alert.Level.HIGH, one.raised_at))


def record_part(treatment: Treatment) -> str:
    """The sending unit's own part as JSON: course, modules, scores, alerts. Texts stay in the treatment."""
    part: dict[str, Any] = {
        "program": treatment.version.outline["title"],
        "starts_on": str(treatment.starts_on),
        "ends_on": str(treatment.ends_on),
        "events": [
            {"kind": one.kind, "at": one.at.isoformat(), "reason": one.reason}
            for one in TreatmentEvent.objects.filter(treatment=treatment)
        ],
        "modules": [
            {"key": one.module_key, "opened": one.opened_at.isoformat(), "handed_in": _iso(one.submitted_at)}
            for one in ModuleProgress.objects.filter(treatment=treatment)
        ],
        "scores": [
            {
                "instrument": one.instrument_slug,
                "at": _iso(one.occasion.answered_at),
                "total": one.total_rounded,
            }
            for one in Score.objects.filter(occasion__series=treatment.series_id).select_related("occasion")
        ],
        "alerts": [
            {
                "kind": one.kind,
                "level": one.level,
                "raised": one.raised_at.isoformat(),
                "outcome": one.outcome,
            }
            for one in Alert.objects.filter(treatment=treatment)
        ],
    }
    return json.dumps(part, ensure_ascii=False)


def _iso(moment: Any) -> str:
    return moment.isoformat() if moment else ""
