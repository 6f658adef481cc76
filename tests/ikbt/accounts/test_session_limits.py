"""A15: a session ends by rest and by age; scripts keep nothing alive, and what was written is held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from ikbt.accounts import session_limits
from ikbt.accounts.models import CareProvider, Person, SessionRecord
from ikbt.accounts.roles import Role
from ikbt.accounts.sessions import verified_person
from ikbt.audit.models import Entry
from ikbt.common import clock
from tests.cast import PASSWORD, give, unit
from tests.ikbt.accounts.conftest import Code

Wait = Callable[[float], None]


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Wait:
    """`wait(31)`: half an hour and a minute later."""
    passed = [clock.now()]

    def later(minutes: float) -> None:
        passed[0] += timedelta(minutes=minutes)

    monkeypatch.setattr(clock, "now", lambda: passed[0])
    return later


def signed_in(visitor: Client, anna: Person, code: str) -> Client:
    visitor.post("/logga-in/", {"email": anna.email, "password": PASSWORD})
    visitor.post("/logga-in/kod/", {"code": code})
    return visitor


@pytest.fixture
def patient(visitor: Client, anna: Person, code: Code) -> Client:
    give(anna, Role.PATIENT)
    return signed_in(visitor, anna, code())


@pytest.fixture
def staff(visitor: Client, anna: Person, code: Code) -> Client:
    alfa = unit("Alfa", 101, CareProvider.objects.create(name="Region", hsa_id="SE2321000016-0001"))
    give(anna, Role.THERAPIST, alfa)
    return signed_in(visitor, anna, code())


def is_in(client: Client) -> bool:
    return client.get("/konto/").status_code == 200


def test_a15_staff_rests_half_an_hour_and_no_more(staff: Client, wait: Wait) -> None:
    wait(29)
    assert is_in(staff)
    wait(31)
    assert not is_in(staff)


def test_a15_patient_rests_an_hour_and_no_more(patient: Client, wait: Wait) -> None:
    wait(59)
    assert is_in(patient)
    wait(61)
    assert not is_in(patient)


def test_a15_nobody_stays_longer_than_twelve_hours(patient: Client, wait: Wait) -> None:
    for _ in range(14):
        wait(50)
        assert is_in(patient)
    wait(21)
    assert not is_in(patient)


def test_a15_what_scripts_fetch_keeps_nothing_alive(staff: Client, wait: Wait) -> None:
    for _ in range(4):
        wait(8)
        staff.get("/konto/session/", headers={"x-requested-with": "fetch", "accept": "application/json"})
        staff.post("/sprak/", {"language": "sv"}, headers={"x-requested-with": "fetch"})
    assert not is_in(staff)


def test_a15_editor_left_open_does_not_keep_itself_alive(staff: Client, wait: Wait) -> None:
    """Wagtail asks who else edits, and draws previews, whether somebody sits there or not."""
    for _ in range(4):
        wait(8)
        staff.post("/admin/editing-sessions/1/1/ping/", headers={"accept": "*/*"})
        staff.post("/admin/pages/1/edit/preview/", headers={"accept": "*/*"})
    assert not is_in(staff)


def test_a15_word_that_she_is_there_keeps_it_alive(staff: Client, wait: Wait) -> None:
    told = []
    for _ in range(4):
        wait(20)
        told.append(staff.post("/konto/session/", headers={"x-requested-with": "fetch"}).json())
    assert told == [{"left": 30 * 60, "prolongs": True}] * 4


def test_a15_page_is_told_when_to_warn(staff: Client) -> None:
    page = staff.get("/konto/").content.decode()

    assert 'data-session-left="1800"' in page or 'data-session-left="1799"' in page
    assert 'data-session-warning="120"' in page


def test_a15_what_was_written_is_held_when_the_session_has_ended(patient: Client, wait: Wait) -> None:
    wait(61)

    response = patient.post("/behandling/", {"body": "Jag mår bättre i dag."})

    assert response.status_code == 403
    assert "Jag mår bättre i dag." in response.content.decode()


def test_a15_end_is_logged_and_leaves_nothing(patient: Client, wait: Wait) -> None:
    wait(61)
    patient.get("/konto/")

    assert Entry.objects.latest("pk").reason == "timed out"
    assert not SessionRecord.objects.exists()


def test_a15_socket_of_a_session_that_is_over_is_nobodys(patient: Client, wait: Wait) -> None:
    key = patient.session.session_key
    assert verified_person(key) is not None
    wait(61)
    assert verified_person(key) is None


def test_a15_session_begun_elsewhere_gets_limits_at_first_sight(
    anna: Person, visitor: Client, wait: Wait, code: Code
) -> None:
    client = signed_in(visitor, anna, code())
    session = client.session
    for mark in (session_limits.STARTED, session_limits.SEEN, session_limits.IDLE):
        del session[mark]
    session.save()
    assert is_in(client)
    wait(31)
    assert not is_in(client)


@pytest.mark.parametrize(("age", "fresh"), [(0, True), (300, True), (301, False), (-1, False)])
def test_a13_second_factor_is_fresh_for_so_long(age: int, fresh: bool) -> None:
    at = datetime.fromtimestamp(1_800_000_000, tz=clock.STOCKHOLM)
    session = {session_limits.FRESH: at.timestamp() - age}

    assert session_limits.is_fresh(session, at=at, seconds=300) is fresh
