"""B6: emergency access is for named roles, one patient, one hour, with a reason, and the manager is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.http import Http404

from ikbt.accounts.models import CareProvider, Person
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor
from ikbt.common import clock
from ikbt.outbox.models import Notice
from ikbt.treatments import access
from ikbt.treatments.emergency import (
    LASTS,
    Why,
    end_emergency,
    find_for_emergency,
    open_in_emergency,
)
from ikbt.treatments.models import CareRelation, EmergencyAccess, Treatment
from tests.cast import Cast, give, person, unit

WHY = Why("danger", "Hon ringde och sa att hon tänker ta sitt liv.")
NUMBER = "19900101-2385"


def acting(someone: Person) -> Actor:
    return Actor(id=someone.pk, role="therapist")


def opened(cast: Cast, staff: Person, why: Why = WHY, *, confirmed: bool = True) -> EmergencyAccess:
    return open_in_emergency(
        cast.treatment, staff=staff, why=why, confirmed=confirmed, by=acting(staff), at=clock.now()
    )


def may_open(staff: Person, treatment: Treatment) -> bool:
    try:
        access.find_relation(staff, treatment.pk)
    except Http404:
        return False
    return True


@pytest.mark.parametrize("who", ["kim", "olle"])
def test_a_therapist_of_the_same_provider_opens_one_patient(who: str, cast: Cast) -> None:
    staff = getattr(cast, who)
    assert not may_open(staff, cast.treatment)

    opened(cast, staff)

    assert may_open(staff, cast.treatment)
    assert sum(may_open(staff, each) for each in (cast.treatment, cast.other_treatment)) == 1 + (
        who == "olle"
    )


def test_the_access_runs_out_after_an_hour(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    found = opened(cast, cast.kim)
    assert (
        found.relation.ends_at
        == found.relation.starts_at + LASTS
        == found.relation.starts_at + timedelta(hours=1)
    )

    monkeypatch.setattr(clock, "now", lambda: found.relation.starts_at + LASTS - timedelta(seconds=1))
    assert may_open(cast.kim, cast.treatment)
    monkeypatch.setattr(clock, "now", lambda: found.relation.starts_at + LASTS)
    assert not may_open(cast.kim, cast.treatment)


def test_it_can_be_ended_before(cast: Cast) -> None:
    found = opened(cast, cast.kim)

    end_emergency(found.relation, by=acting(cast.kim), at=clock.now())

    assert not may_open(cast.kim, cast.treatment)


def test_opening_twice_is_one_access(cast: Cast) -> None:
    assert opened(cast, cast.kim).pk == opened(cast, cast.kim).pk
    assert Entry.objects.filter(object_kind="emergency access", action="create").count() == 1


@pytest.mark.parametrize(
    ("why", "code"),
    [
        (Why("curious", WHY.text), "reason"),
        (Why("", WHY.text), "reason"),
        (Why("danger", "  kort    "), "why"),
    ],
)
def test_without_a_reason_nothing_opens(why: Why, code: str, cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        opened(cast, cast.kim, why)

    assert refused.value.code == code
    assert not may_open(cast.kim, cast.treatment)


def test_without_a_fresh_second_factor_nothing_opens(cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        opened(cast, cast.kim, confirmed=False)

    assert refused.value.code == "confirm"


@pytest.mark.parametrize("who", ["pia", "editor", "publisher", "manager", "administrator", "auditor"])
def test_other_roles_open_nothing(who: str, cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        opened(cast, getattr(cast, who))

    assert refused.value.code == "role"


def test_a_supervisor_and_a_coordinator_may(cast: Cast) -> None:
    for role in (Role.SUPERVISOR, Role.COORDINATOR):
        assert opened(cast, give(person("Sam", role.value), role, cast.alfa)).from_unit == cast.alfa


def test_another_provider_stays_out(cast: Cast) -> None:
    stranger = CareProvider.objects.create(name="Annan region", hsa_id="SE2321000024-0001")
    there = give(person("Frida", "Främling"), Role.THERAPIST, unit("Gamma", 103, stranger))

    assert find_for_emergency(str(cast.treatment.pk), staff=there, at=clock.now()) is None
    with pytest.raises(ValidationError):
        opened(cast, there)


def test_nobody_opens_her_own_case(cast: Cast) -> None:
    give(cast.anna, Role.THERAPIST, cast.alfa)

    assert find_for_emergency(str(cast.treatment.pk), staff=cast.anna, at=clock.now()) is None
    with pytest.raises(ValidationError):
        opened(cast, cast.anna)


def test_she_is_found_by_her_number_or_the_treatments_id(cast: Cast) -> None:
    cast.anna.set_number(NUMBER)
    cast.anna.save()

    for written in (NUMBER, NUMBER.replace("-", ""), str(cast.treatment.pk), f" {cast.treatment.pk} "):
        assert find_for_emergency(written, staff=cast.olle, at=clock.now()) == cast.treatment
    for written in ("199001012386", "Anna Lind", "", "19900101-2393"):
        assert find_for_emergency(written, staff=cast.olle, at=clock.now()) is None


def test_it_puts_the_patient_in_nobodys_list(cast: Cast) -> None:
    opened(cast, cast.kim)

    assert not Treatment.objects.cared_for_by(cast.kim.pk, clock.now()).exists()
    # And takes her out of nobody's.
    assert Treatment.objects.cared_for_by(cast.tove.pk, clock.now()).exists()


def test_it_is_logged_as_what_it_is_and_its_text_is_not_in_the_log(cast: Cast) -> None:
    found = opened(cast, cast.kim)

    row = Entry.objects.get(object_kind="emergency access")
    assert (row.actor, row.patient, row.relation, row.reason) == (
        cast.kim.pk,
        cast.anna.pk,
        "emergency",
        "danger",
    )
    assert row.object_id == str(found.pk)
    assert found.relation.kind == CareRelation.Kind.EMERGENCY


def test_the_managers_of_both_units_are_told_without_a_name(
    cast: Cast, django_capture_on_commit_callbacks: object
) -> None:
    beta_manager = Person.objects.get(first_name="Bo", roles__unit=cast.beta)
    Person.objects.filter(pk=beta_manager.pk).update(notices_by=Person.NoticesBy.NONE)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        opened(cast, cast.olle)

    told = set(Notice.objects.filter(kind="emergency_opened").values_list("person", flat=True))
    assert told == {cast.manager.pk, beta_manager.pk}
    assert len(mail.outbox) == 2
    assert not any("Anna" in each.body or "Olle" in each.body or "liv" in each.body for each in mail.outbox)
