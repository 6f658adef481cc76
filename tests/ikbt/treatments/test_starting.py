"""Starting a treatment: what is pinned, who gets a care relation, what is planned, and who is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.models import CareRelation, TreatmentEvent
from ikbt.treatments.starting import start_treatment
from measurements.models import Occasion
from tests.cast import DECIDED, Cast


def test_the_first_module_is_open_and_the_second_is_not(cast: Cast) -> None:
    assert list(cast.treatment.progress.values_list("module_key", flat=True)) == ["m01"]


def test_the_therapist_gets_the_only_care_relation(cast: Cast) -> None:
    relation = cast.treatment.relations.get()
    assert (relation.staff, relation.kind) == (cast.tove, CareRelation.Kind.RESPONSIBLE)


def test_occasions_are_planned_for_the_whole_course(cast: Cast) -> None:
    planned = Occasion.objects.filter(series=cast.treatment.series)
    assert planned.filter(kind=Occasion.Kind.PRE).count() == 2
    assert planned.filter(kind=Occasion.Kind.WEEKLY).count() == 9
    assert planned.filter(kind=Occasion.Kind.POST).count() == 1


def test_the_start_stands_in_the_timeline(cast: Cast) -> None:
    kinds = cast.treatment.events.order_by("course_step").values_list("kind", flat=True)
    assert list(kinds) == [TreatmentEvent.Kind.PREPARED, TreatmentEvent.Kind.STARTED]


def test_a_second_running_treatment_is_refused(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="redan"):
        _start(cast, patient=cast.anna, therapist=cast.tove)


def test_nobody_treats_herself(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        _start(cast, patient=cast.tove, therapist=cast.tove)


def test_a_therapist_of_another_unit_is_refused(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        _start(cast, patient=cast.kim, therapist=cast.olle)


def test_the_treatment_ends_after_the_weeks_of_the_program(cast: Cast) -> None:
    assert cast.treatment.ends_on == cast.treatment.starts_on + timedelta(weeks=10)


def _start(cast: Cast, *, patient: object, therapist: object) -> None:
    start_treatment(
        patient,  # type: ignore[arg-type]
        version=cast.version,
        unit=cast.alfa,
        therapist=therapist,  # type: ignore[arg-type]
        starts_on=clock.today(),
        decision=DECIDED,
        by=SYSTEM,
        at=clock.now(),
    )
