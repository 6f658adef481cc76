"""A unit decides by which version it treats; a version that was withdrawn starts nobody."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.models import Treatment
from ikbt.treatments.starting import start_treatment
from programs.activating import NotActivated, activate, deactivate, take_over, withdraw
from programs.models import Activation, ProgramVersion
from tests.cast import DECIDED, Cast, give, person

pytestmark = pytest.mark.django_db


def later(version: ProgramVersion, major: int, minor: int) -> ProgramVersion:
    """Another version of the same program."""
    return ProgramVersion.objects.create(
        program=version.program,
        major=major,
        minor=minor,
        outline=version.outline,
        facts=version.facts,
        content_hash=f"{major}{minor}" + "0" * 62,
        published_at=clock.now(),
    )


def active_at(unit: CareUnit, version: ProgramVersion) -> str | None:
    """The number by which the unit treats."""
    running = Activation.objects.running().filter(unit=unit, program=version.program).first()
    return running.version.number if running else None


def started(cast: Cast, version: ProgramVersion) -> Treatment:
    return start_treatment(
        give(person("Nils", "Ny"), Role.PATIENT),
        version=version,
        unit=cast.alfa,
        therapist=cast.tove,
        starts_on=clock.today(),
        decision=DECIDED,
        by=SYSTEM,
        at=clock.now(),
    )


def test_a_manager_activates_and_the_version_before_ends(cast: Cast) -> None:
    newer = later(cast.version, 2, 0)

    made = activate(newer, unit=cast.alfa, by=cast.manager, at=clock.now())

    assert active_at(cast.alfa, newer) == "2.0"
    assert Activation.objects.exclude(ended_at=None).get().ended_by == cast.manager
    entry = Entry.objects.get(object_kind="program activation", object_id=str(made.pk))
    assert (entry.actor, entry.role, entry.reason) == (cast.manager.pk, "unit_manager", "2.0")


def test_the_same_choice_twice_changes_nothing(cast: Cast) -> None:
    before = Activation.objects.count()

    activate(cast.version, unit=cast.alfa, by=cast.manager, at=clock.now(), follows=True)

    assert Activation.objects.count() == before


@pytest.mark.parametrize("who", ["tove", "editor", "publisher", "administrator", "auditor", "anna"])
def test_others_do_not_decide(cast: Cast, who: str) -> None:
    with pytest.raises(NotActivated):
        activate(later(cast.version, 2, 0), unit=cast.alfa, by=getattr(cast, who), at=clock.now())

    assert active_at(cast.alfa, cast.version) == "1.0"


def test_a_manager_decides_at_her_own_unit_only(cast: Cast) -> None:
    with pytest.raises(NotActivated):
        activate(later(cast.version, 2, 0), unit=cast.beta, by=cast.manager, at=clock.now())
    with pytest.raises(NotActivated):
        deactivate(cast.version.program, unit=cast.beta, by=cast.manager, at=clock.now())

    assert active_at(cast.beta, cast.version) == "1.0"


def test_who_follows_gets_the_next_version_of_the_same_first_number(cast: Cast) -> None:
    activate(cast.version, unit=cast.alfa, by=cast.manager, at=clock.now(), follows=True)
    activate(cast.version, unit=cast.beta, by=None, at=clock.now(), follows=False)

    assert take_over(later(cast.version, 1, 1), at=clock.now()) == 1

    assert active_at(cast.alfa, cast.version) == "1.1"
    # Beta chose one version and keeps it.
    assert active_at(cast.beta, cast.version) == "1.0"


def test_nobody_follows_to_another_first_number(cast: Cast) -> None:
    activate(cast.version, unit=cast.alfa, by=cast.manager, at=clock.now(), follows=True)

    assert take_over(later(cast.version, 2, 0), at=clock.now()) == 0

    assert active_at(cast.alfa, cast.version) == "1.0"


def test_no_treatment_starts_on_a_version_that_the_unit_has_not_activated(cast: Cast) -> None:
    with pytest.raises(ValidationError, match=r"treat|behandlar"):
        started(cast, later(cast.version, 2, 0))


def test_no_treatment_starts_on_a_program_that_the_unit_has_ended(cast: Cast) -> None:
    deactivate(cast.version.program, unit=cast.alfa, by=cast.manager, at=clock.now())

    with pytest.raises(ValidationError):
        started(cast, cast.version)


def test_a_withdrawn_version_starts_nobody_at_any_unit_and_those_that_run_go_on(cast: Cast) -> None:
    withdraw(cast.version, reason="Fel övning i modul två.", by=cast.publisher, at=clock.now())

    assert (active_at(cast.alfa, cast.version), active_at(cast.beta, cast.version)) == (None, None)
    with pytest.raises(NotActivated):
        activate(cast.version, unit=cast.alfa, by=cast.manager, at=clock.now())
    cast.treatment.refresh_from_db()
    assert cast.treatment.state == Treatment.State.ACTIVE
    assert not ProgramVersion.objects.current().exists()


def test_a_version_is_withdrawn_by_its_owners_publisher_with_a_reason(
    cast: Cast, beta_publisher: Person
) -> None:
    for by, reason in ((cast.manager, "x"), (beta_publisher, "x"), (cast.publisher, "  ")):
        with pytest.raises(NotActivated):
            withdraw(cast.version, reason=reason, by=by, at=clock.now())

    assert active_at(cast.alfa, cast.version) == "1.0"
