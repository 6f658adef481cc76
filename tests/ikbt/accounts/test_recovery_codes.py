"""A6: ten codes, each good once, kept as hashes alone; new ones kill the old; each use is told and logged."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections
from django.test import Client

from ikbt.accounts import recovering
from ikbt.accounts.models import Person, RecoveryCode, RecoverySheet
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.outbox.models import Notice
from tests.cast import PASSWORD, person
from tests.conftest import signed_in_client


def new_sheet(anna: Person) -> list[str]:
    return recovering.new_sheet(anna, by=SYSTEM, at=clock.now())


def use(anna: Person, code: str) -> bool:
    return recovering.use_code(anna, code, by=SYSTEM, at=clock.now()) is not None


@pytest.fixture
def half(visitor: Client, anna: Person) -> Client:
    """Anna has given her password and lost her phone."""
    visitor.post("/logga-in/", {"email": anna.email, "password": PASSWORD})
    return visitor


def test_a6_ten_different_codes_are_made(anna: Person) -> None:
    codes = new_sheet(anna)

    assert len(set(codes)) == recovering.CODES >= 10
    assert all(len(code) == recovering.CODE_DIGITS and code.isdecimal() for code in codes)


def test_a6_code_signs_in_once(half: Client, anna: Person) -> None:
    code = recovering.in_fours(new_sheet(anna)[3])
    half.post("/logga-in/kod/", {"code": code})
    other = Client()
    other.post("/logga-in/", {"email": anna.email, "password": PASSWORD})
    other.post("/logga-in/kod/", {"code": code})

    assert half.session["otp_device_id"].startswith("accounts.recoverysheet/")
    assert "_auth_user_id" not in other.session


@pytest.mark.django_db(transaction=True)
def test_a6_of_eight_uses_at_once_one_wins() -> None:
    anna = person("Anna", "Lind")
    code, start = new_sheet(anna)[0], Barrier(8)

    def try_it(_: int) -> bool:
        try:
            start.wait(timeout=20)
            return use(anna, code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(try_it, range(8))).count(True) == 1


def test_a6_new_codes_kill_the_old(anna: Person) -> None:
    old = new_sheet(anna)
    new = new_sheet(anna)

    assert not use(anna, next(code for code in old if code not in new))
    RecoverySheet.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert use(anna, new[0])


def test_a6_codes_are_not_in_the_raw_rows(anna: Person) -> None:
    codes = new_sheet(anna)
    with connection.cursor() as cursor:
        cursor.execute("SELECT slot, secret_hash FROM accounts_recoverycode")
        raw = str(cursor.fetchall())

    assert not any(code in raw or code[recovering.SLOT_DIGITS :] in raw for code in codes)


def test_a6_codes_are_hashed_as_passwords_are(anna: Person, settings: Iterator[object]) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]  # type: ignore[attr-defined]
    new_sheet(anna)

    assert all(code.secret_hash.startswith("argon2$argon2id$") for code in RecoveryCode.objects.all())


def test_a6_use_is_told_and_logged_without_the_code(anna: Person) -> None:
    code = new_sheet(anna)[0]
    Notice.objects.all().delete()
    use(anna, code)

    assert Notice.objects.get().kind == Notice.Kind.SIGN_IN_CHANGED
    row = Entry.objects.latest("pk")
    assert (row.object_kind, row.action, row.reason) == ("recovery codes", "change", "9 left")


def test_a6_who_wants_no_mail_is_told_all_the_same(anna: Person) -> None:
    Person.objects.update(notices_by=Person.NoticesBy.NONE)
    anna.refresh_from_db()
    new_sheet(anna)

    assert Notice.objects.filter(person=anna).exists()


def test_a6_wrong_codes_make_the_next_wait(anna: Person) -> None:
    codes = new_sheet(anna)
    wrong = f"{codes[0][:2]}{'0' * recovering.SECRET_DIGITS}"

    assert not use(anna, wrong)
    assert not use(anna, codes[0])


def test_a6_codes_are_shown_once_and_asking_again_makes_others(
    anna: Person, browser_page: dict[str, str]
) -> None:
    client = signed_in_client(anna)

    shown = client.post("/konto/aterstallningskoder/", headers=browser_page).content.decode()
    asked = client.get("/konto/aterstallningskoder/", headers=browser_page).content.decode()

    assert shown.count("<li><code>") == recovering.CODES
    assert "<li><code>" not in asked
    assert "no-store" in client.get("/konto/", headers=browser_page).headers["Cache-Control"]
