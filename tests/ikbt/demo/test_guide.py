"""The guide tells who can sign in, with seeds that work, and only in the demo."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from ikbt.accounts.models import AuthenticatorApp, Person
from ikbt.common import clock
from ikbt.demo.guide import accounts, table
from ikbt.demo.seeding import NotTheDemo
from ikbt.treatments.models import Treatment

SHAPE = {"email", "name", "roles", "unit", "password", "totp_secret", "treatment"}


def six_digits(secret: str, at: datetime) -> str:
    """RFC 6238 written out here, so that the seeds are tried by another hand than the one that made them."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(at.timestamp()) // 30), hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def test_the_own_code_agrees_with_the_published_example() -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()

    assert six_digits(secret, datetime.fromtimestamp(1111111109, tz=clock.STOCKHOLM)) == "081804"


def test_every_account_has_all_that_a_sign_in_needs(region: datetime) -> None:
    found = accounts()

    assert len(found) == Person.objects.count()
    assert all(set(account) == SHAPE for account in found)
    assert all(account["roles"] and account["password"] for account in found)


@pytest.mark.parametrize("place", [0, 5, -1])
def test_an_accounts_seed_gives_the_code_that_its_app_takes_once(region: datetime, place: int) -> None:
    account = accounts()[place]
    app = AuthenticatorApp.objects.get(user__email=account["email"])
    code = six_digits(account["totp_secret"], clock.now())

    assert app.user.check_password(account["password"])
    assert app.verify_token(code)
    assert not app.verify_token(code)
    AuthenticatorApp.objects.filter(pk=app.pk).update(last_step=-1, throttling_failure_count=0)


def test_patients_come_with_their_treatment_and_unit_and_staff_with_theirs(region: datetime) -> None:
    for account in accounts():
        if account["roles"] == ["patient"]:
            treatment = Treatment.objects.get(pk=account["treatment"])
            assert (treatment.patient.email, treatment.unit.name) == (account["email"], account["unit"])
        else:
            assert account["treatment"] is None


def test_the_first_therapist_and_the_newcomer_come_first_of_their_kind(region: datetime) -> None:
    found = accounts()
    patients = [account["name"] for account in found if "patient" in account["roles"]]

    assert found[0]["name"] == "Tove Bergström"
    assert patients[0] == "Hanna Ekström"


def test_the_table_fits_a_terminal_and_names_whom_to_try_first(region: datetime) -> None:
    lines = table(8123).splitlines()
    first = lines[: lines.index("EVERYONE")]

    assert max(map(len, lines)) <= 100
    assert [line.split("  ")[0] for line in first if "@" in line] == [
        "patient",
        "therapist",
        "coordinator",
        "unit manager",
        "program editor",
        "clinical reviewer",
        "language reviewer",
        "program publisher",
        "system administrator",
    ]
    assert "http://localhost:8123/test-e-id/" in "\n".join(lines)


def test_the_code_command_prints_the_code_of_the_moment(region: datetime) -> None:
    account = accounts()[0]
    before, out = clock.now(), StringIO()
    call_command("demo_code", account["email"].upper(), stdout=out)
    # A run may straddle two steps of 30 seconds.
    possible = {six_digits(account["totp_secret"], moment) for moment in (before, clock.now())}

    assert out.getvalue().strip() in possible


def test_the_code_command_names_an_address_that_the_demo_lacks(region: datetime) -> None:
    with pytest.raises(CommandError, match=r"no account nobody@example\.org"):
        call_command("demo_code", "nobody@example.org")


@pytest.mark.django_db
def test_seeds_codes_and_table_stay_where_they_are_outside_the_demo(
    settings: Settings, tmp_path: Path
) -> None:
    settings.DEMO_PROFILE = False
    file = tmp_path / "accounts.json"

    with pytest.raises(NotTheDemo):
        accounts()
    with pytest.raises(NotTheDemo):
        table(8000)
    with pytest.raises(CommandError, match="demo only"):
        call_command("demo_code", "tove.bergstrom@demo.example.org")
    with pytest.raises(CommandError, match="demo only"):
        call_command("demo", "--no-serve", "--accounts-json", str(file))
    assert not file.exists()


def test_accounts_are_written_as_json(region: datetime, tmp_path: Path) -> None:
    assert json.loads(json.dumps(accounts(), ensure_ascii=False)) == accounts()
