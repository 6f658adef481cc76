"""An offer that was taken: what it left out comes back, as long as nothing of it is open."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from ikbt.audit.recording import Actor
from ikbt.treatments.models import TreatmentEvent
from ikbt.treatments.releasing import open_module
from tests.cast import Cast
from tests.ikbt.treatments.test_deciding import by_tove, path, with_offer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("does", "more"), [("skip", {}), ("replace", {"instead": "m04"})])
def test_what_was_skipped_or_replaced_comes_back_with_a_reason_also_when_the_rule_no_longer_fires(
    does: str, more: dict[str, Any], cast: Cast
) -> None:
    made = with_offer(cast, does, **more)
    by_tove(cast, made, accept=True)
    made.answer("phq-9", 0, days=8, kind="weekly")
    with pytest.raises(ValidationError) as refused:
        by_tove(cast, made, accept=False)
    assert refused.value.code == "reason"

    by_tove(cast, made, accept=False, reason="Hon vill ändå göra den.")

    assert path(made) == ["m01", "m02", "m03"]
    kinds = TreatmentEvent.objects.filter(treatment=made.treatment, kind__startswith="offer_")
    assert sorted(kinds.values_list("kind", flat=True)) == ["offer_accepted", "offer_declined"]


def test_what_stands_in_its_place_and_is_open_is_not_taken_back(cast: Cast) -> None:
    made = with_offer(cast, "replace", instead="m04")
    by_tove(cast, made, accept=True)
    actor = Actor(id=cast.tove.pk, role="therapist", unit=cast.alfa.pk)
    for key in ("m02", "m04"):
        open_module(
            made.treatment, key, opened_by=cast.tove, reason="Hon är redo.", by=actor, at=made.later(4)
        )

    with pytest.raises(ValidationError, match="erbjuds inte längre"):
        by_tove(cast, made, accept=False, reason="Hon vill ändå göra den.")

    assert path(made) == ["m01", "m02", "m04"]
