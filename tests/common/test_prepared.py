"""A prepared question gives what the queryset gives, asks as often, and refuses what it can't keep."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.db.models import CharField, Count, IntegerField, QuerySet, UUIDField
from django.test.utils import CaptureQueriesContext

from ikbt.accounts.models import Person
from ikbt.common.prepared import NotPrepared, Prepared
from ikbt.treatments.asked_always import opened_module, own_treatment, unread_in
from ikbt.treatments.models import Message, ModuleProgress, Treatment
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_treatment_read_in_the_prepared_way_is_the_same_as_by_the_queryset(cast: Cast) -> None:
    plain = Treatment.objects.select_related("unit", "therapist").get(pk=cast.treatment.pk)

    for _again in range(2):
        prepared = own_treatment(cast.anna.pk, cast.treatment.pk)
        assert prepared is not None
        for field in Treatment._meta.concrete_fields:
            assert getattr(prepared, field.attname) == getattr(plain, field.attname), field.name
        with CaptureQueriesContext(connection) as asked:
            assert prepared.unit.name == plain.unit.name
            assert prepared.therapist.name == plain.therapist.name
        assert len(asked) == 0


def test_nobody_elses_treatment_is_found(cast: Cast) -> None:
    assert own_treatment(cast.anna.pk, cast.treatment.pk) is not None
    assert own_treatment(cast.tove.pk, cast.treatment.pk) is None
    assert own_treatment(cast.anna.pk, uuid.uuid4()) is None


def test_each_question_is_one_query_also_the_first_time(cast: Cast) -> None:
    def by_name(name: str) -> QuerySet[Person]:
        return Person.objects.filter(first_name=name).order_by("pk")

    question = Prepared(by_name, by=[CharField()])
    for name in (cast.anna.first_name, cast.tove.first_name, "nobody'; --"):
        with CaptureQueriesContext(connection) as asked:
            found = question.rows(name)
        assert len(asked) == 1
        assert found == list(by_name(name))


def test_a_module_comes_with_what_the_door_needs(cast: Cast) -> None:
    progress = ModuleProgress.objects.filter(treatment=cast.treatment).earliest("position")

    opened = opened_module(cast.treatment, progress.module_key)

    assert opened.pk == progress.pk
    assert opened.recalled is None
    assert opened_module(cast.treatment, "no-such-module") is None


def test_unread_are_the_therapists_messages_alone(cast: Cast) -> None:
    before = unread_in(cast.treatment)
    waiting = Message.objects.filter(treatment=cast.treatment, from_patient=False, read_at=None)
    assert before == waiting.count()


def test_what_is_deferred_is_read_by_whoever_needs_it(cast: Cast) -> None:
    found = own_treatment(cast.anna.pk, cast.treatment.pk)
    assert found is not None
    assert found.therapist.get_deferred_fields() == {"personal_number"}
    assert found.therapist.personal_number == Person.objects.get(pk=cast.tove.pk).personal_number


def test_a_value_that_is_not_in_the_question_is_refused(cast: Cast) -> None:
    question = Prepared(lambda _name: Person.objects.all(), by=[CharField()])
    with pytest.raises(NotPrepared, match="not in the SQL"):
        question.rows("Anna")


def test_what_gives_no_rows_of_a_model_is_refused(cast: Cast) -> None:
    def counted(key: uuid.UUID) -> QuerySet[Person]:
        return Person.objects.filter(pk=key).values("language").annotate(n=Count("pk"))  # type: ignore[return-value]

    with pytest.raises(NotPrepared, match="Only rows"):
        Prepared(counted, by=[UUIDField()]).rows(cast.anna.pk)


def test_a_kind_of_value_without_a_stand_in_is_refused(cast: Cast) -> None:
    question = Prepared(lambda key: Person.objects.filter(pk=key), by=[IntegerField()])
    with pytest.raises(NotPrepared, match="IntegerField"):
        question.rows(1)
