"""What the frame of the unit's pages says: who is signed in, and which units it is about."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from ikbt.accounts.access import AtUnits
from ikbt.accounts.models import CareUnit
from therapist.frame import desk_frame


def unit_frame(request: HttpRequest, desk: AtUnits) -> dict[str, Any]:
    """Context of layouts/therapist.html."""
    names = CareUnit.objects.filter(pk__in=desk.units).values_list("name", flat=True)
    return desk_frame(request, desk.person, unit_name=", ".join(names))
