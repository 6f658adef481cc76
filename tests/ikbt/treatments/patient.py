"""What the patient's page tests share: her addresses, filled forms and answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import uuid4

from django.urls import reverse

from measurements.models import Occasion
from measurements.storing import definition_of
from tests.cast import Cast

DIARY = {"date": "2026-03-02", "block": "morning", "activity": "Gick ut med hunden", "mood": "4"}


def url(cast: Cast, name: str, *args: object) -> str:
    """An address in Anna's treatment."""
    return reverse(f"treatments:{name}", args=[cast.treatment.pk, *args])


def diary(name: str, cast: Cast) -> str:
    """An address of the diary's step."""
    return url(cast, name, "m01", "m01-s02")


def entry(**more: Any) -> dict[str, Any]:
    """A filled diary form, as the page posts it."""
    return {**DIARY, "client_key": str(uuid4()), "revision": "0", **more}


class Answer(Protocol):
    """What a client gets."""

    @property
    def content(self) -> bytes: ...


def text_of(response: Answer) -> str:
    """The page."""
    return response.content.decode()


def first_phq9(cast: Cast) -> Occasion:
    """Her PHQ-9 before the start, which is open."""
    return cast.treatment.series.occasions.select_related("instrument").get(
        instrument__slug="phq-9", kind=Occasion.Kind.PRE
    )


def answers(occasion: Occasion, values: Sequence[int | None]) -> dict[str, str]:
    """A posted form with these values, None left out."""
    items = definition_of(occasion.instrument).items
    return {
        f"q_{item.link_id}": next(option.code for option in item.options if option.value == value)
        for item, value in zip(items, values, strict=True)
        if value is not None
    }
