"""A13: somebody who is signed in confirms by e-ID that it is still she, and shown within five minutes."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from tests.cast import give
from tests.ikbt.accounts.electronic_id.conftest import OTHER_NUMBER, Walk, entry
from tests.openid.forger import Answer


@pytest.fixture
def inside(klara: Person, walk: Walk) -> Walk:
    """Klara has signed in by e-ID, and presses its button again."""
    walk.come_back()
    walk.leave(next="/behandling/")
    return walk


def test_a14_confirming_rotates_the_session(klara: Person, inside: Walk) -> None:
    before = inside.client.session.session_key

    response = inside.come_back()

    assert response.headers["Location"] == "/behandling/"
    assert inside.client.session.session_key != before
    assert inside.signed_in_as == str(klara.pk)


def test_a13_provider_that_keeps_people_all_day_must_ask_anew(
    klara: Person, walk: Walk, settings: Settings
) -> None:
    settings.ELECTRONIC_ID_PROVIDERS = [entry(walk.forger.issuer, max_age=8 * 60 * 60)]

    def shown_six_hours_ago(answer: Answer) -> None:
        answer.claims["auth_time"] -= 6 * 60 * 60

    walk.forger.forge = shown_six_hours_ago
    walk.leave()
    assert walk.asked["max_age"] == str(8 * 60 * 60)
    assert walk.come_back().status_code == 302
    walk.leave()

    assert walk.asked["max_age"] == "300"
    assert walk.come_back().status_code == 403
    assert Entry.objects.refused().get().reason == "e-ID broker: claim auth_time not accepted"


def test_another_person_can_not_confirm_in_her_session(klara: Person, doctor: Person, inside: Walk) -> None:
    doctor.set_number(OTHER_NUMBER)
    doctor.save()
    give(doctor, Role.PATIENT)
    inside.broker_says(sub="doctor", personalIdentityNumber=OTHER_NUMBER)

    assert inside.come_back().status_code == 403

    assert inside.signed_in_as == str(klara.pk)
    assert Entry.objects.refused().get().reason == "e-ID broker: another person than the one who is signed in"


def test_rules_of_all_ways_in_hold_here_too(
    klara: Person, walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no(*args: object, **kwargs: object) -> None:
        raise ValueError("not so")

    monkeypatch.setattr("ikbt.accounts.signing_in.sign_in", no)

    assert walk.come_back().status_code == 403
    assert Entry.objects.refused().get().reason == "e-ID broker: a session may not be opened so"
