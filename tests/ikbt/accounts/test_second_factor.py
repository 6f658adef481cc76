"""A code is good once, also for two requests at the same moment; its seed is never in plain text on disk."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection, connections
from django_otp.models import Device

from ikbt.accounts.models import AuthenticatorApp
from ikbt.common import clock
from tests.cast import SEED, person
from tests.ikbt.accounts.conftest import Code, code_of


def test_a5_code_is_refused_the_second_time(app: AuthenticatorApp, code: Code) -> None:
    used = code()

    assert app.verify_token(used)
    assert not AuthenticatorApp.objects.get(pk=app.pk).verify_token(used)


def test_a5_older_code_is_refused_after_a_newer(app: AuthenticatorApp, code: Code) -> None:
    assert app.verify_token(code(1))

    assert not app.verify_token(code(0))


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a5_clock_may_be_one_step_off(
    app: AuthenticatorApp, monkeypatch: pytest.MonkeyPatch, steps: int, taken: bool
) -> None:
    # RFC 6238 appendix B: at 1111111109 s the six last digits are 081804.
    vector = datetime.fromtimestamp(1111111109, tz=clock.STOCKHOLM)
    monkeypatch.setattr(clock, "now", lambda: vector + timedelta(seconds=30 * steps))

    assert app.verify_token("081804") is taken


@pytest.mark.django_db(transaction=True)
def test_a5_of_eight_requests_with_one_code_at_once_one_wins() -> None:
    app = AuthenticatorApp.objects.get(user=person("Anna", "Lind"))
    used, start = code_of(app), Barrier(8)

    def try_it(_: int) -> bool:
        try:
            mine = AuthenticatorApp.objects.get(pk=app.pk)
            start.wait(timeout=20)
            return mine.verify_token(used)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(try_it, range(8)))

    assert outcomes.count(True) == 1


def test_a5_seed_is_not_in_the_raw_row(app: AuthenticatorApp) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT seed FROM accounts_authenticatorapp")
        raw = cursor.fetchone()[0]

    assert SEED not in raw
    assert app.seed == SEED


def test_django_otp_finds_the_app_by_what_the_session_remembers(app: AuthenticatorApp) -> None:
    assert Device.from_persistent_id(app.persistent_id) == app


@pytest.mark.parametrize("told", ["accounts.authenticatorapp/1", "accounts.authenticatorapp/x", "no.such/1"])
def test_invented_device_is_nobody(app: AuthenticatorApp, told: str) -> None:
    assert Device.from_persistent_id(told) is None
