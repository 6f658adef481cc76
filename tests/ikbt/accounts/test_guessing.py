"""A10: guessing a password is slowed by account, by address and by both; nobody is locked out for good."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client

from ikbt.accounts import guessing
from ikbt.accounts.models import GuessCount, Person
from ikbt.common import clock
from tests.cast import PASSWORD
from tests.ikbt.accounts.conftest import Code

HOME, AWAY = "192.0.2.1", "198.51.100.7"


def tries(email: str, address: str, times: int) -> list[int]:
    """Seconds to wait, try by try."""
    return [guessing.count_try(email, address, at=clock.now()) for _ in range(times)]


def test_a10_two_hundred_sign_ins_end_in_429_and_nothing_is_locked(
    visitor: Client, anna: Person, code: Code, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {"email": anna.email, "password": "wrong-wrong-wrong"}
    answers = [visitor.post("/logga-in/", wrong).status_code for _ in range(200)]
    refused = visitor.post("/logga-in/", {"email": anna.email, "password": PASSWORD})
    later = clock.now() + guessing.PAIR.within + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    taken = visitor.post("/logga-in/", {"email": anna.email, "password": PASSWORD})

    assert answers.count(200) == guessing.PAIR.tries
    assert set(answers[guessing.PAIR.tries :]) == {429}
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= guessing.PAIR.within.total_seconds()
    assert taken.status_code == 302


def test_a10_unknown_address_waits_like_a_known_one(visitor: Client, anna: Person) -> None:
    def answers(email: str) -> list[int]:
        wrong = {"email": email, "password": "wrong-wrong-wrong"}
        return [visitor.post("/logga-in/", wrong).status_code for _ in range(12)]

    assert answers(anna.email) == answers("nobody@example.org")


def test_a10_her_own_place_stays_open_while_another_guesses(db: None) -> None:
    tries("a@example.org", AWAY, guessing.PAIR.tries + 5)

    assert tries("a@example.org", HOME, 1) == [0]


def test_a10_many_places_at_once_slow_the_account(db: None) -> None:
    for place in range(guessing.ACCOUNT.tries):
        guessing.count_try("a@example.org", f"192.0.2.{place}", at=clock.now())

    assert tries("a@example.org", HOME, 1)[0] > 0


def test_a10_one_place_trying_many_accounts_is_slowed(db: None) -> None:
    for number in range(guessing.ADDRESS.tries):
        guessing.count_try(f"{number}@example.org", AWAY, at=clock.now())

    assert tries("new@example.org", AWAY, 1)[0] > 0


def test_a10_right_password_forgets_what_was_counted(visitor: Client, anna: Person) -> None:
    for _ in range(3):
        visitor.post("/logga-in/", {"email": anna.email, "password": "wrong-wrong-wrong"})
    visitor.post("/logga-in/", {"email": anna.email, "password": PASSWORD})

    assert sorted(GuessCount.objects.values_list("tries", flat=True)) == [3, 3]


@pytest.mark.django_db(transaction=True)
def test_a10_parallel_tries_do_not_slip_past() -> None:
    def try_it(_: int) -> int:
        try:
            return guessing.count_try("a@example.org", HOME, at=clock.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(try_it, range(24)))

    assert waits.count(0) == guessing.PAIR.tries


def test_a10_typed_addresses_do_not_stand_in_the_table(visitor: Client, db: None) -> None:
    visitor.post("/logga-in/", {"email": "typed@example.org", "password": "x"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_guesscount")
        assert "typed" not in str(cursor.fetchall())
