"""Released programs that tell whatever a test needs, without going through Wagtail."""

from __future__ import annotations

from typing import Any

from ikbt.accounts.models import CareUnit
from ikbt.common import clock
from programs.facts import facts_of
from programs.models import Program, ProgramVersion
from tests.cast import Cast


def released(cast: Cast, owner: CareUnit, key: str, **told: Any) -> ProgramVersion:
    """Version 1.0 with the cast's modules; no unit treats by it."""
    outline = {**cast.version.outline, "key": key, "title": key.capitalize(), **told}
    return ProgramVersion.objects.create(
        program=Program.objects.create(unit=owner, key=key, title=outline["title"]),
        major=1,
        outline=outline,
        facts=facts_of(outline),
        content_hash=f"{key:0>64}",
        published_at=clock.now(),
    )
