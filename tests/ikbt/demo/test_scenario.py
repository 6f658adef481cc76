"""The scenario for black-box tests: complete, usable to sign in with, and refused outside the test profile."""

from __future__ import annotations

import json
from collections import Counter
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django_otp.oath import totp

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role


def seeded() -> list[dict[str, Any]]:
    out = StringIO()
    call_command("seed_scenario", "--json", stdout=out)
    accounts: list[dict[str, Any]] = json.loads(out.getvalue())
    return accounts


@pytest.mark.django_db
def test_there_is_one_of_each_role_and_they_can_sign_in() -> None:
    accounts = seeded()

    held = Counter((one["role"], one["unit"]) for one in accounts)
    at_units = {role.value for role in Role} - {"auditor", "administrator"}
    assert {role for role, unit in held if unit == "alfa"} == at_units
    assert {role for role, unit in held if unit == "beta"} == at_units
    assert held["auditor", ""] == held["administrator", ""] == 1
    assert held["therapist", "alfa"] == 2

    therapist = next(one for one in accounts if (one["role"], one["unit"]) == ("therapist", "alfa"))
    patient = next(one for one in accounts if (one["role"], one["unit"]) == ("patient", "alfa"))
    client = Client()
    client.post("/logga-in/", {"email": therapist["email"], "password": therapist["password"]})
    code = f"{totp(bytes.fromhex(therapist['totp_seed'])):06d}"
    client.post("/logga-in/kod/", {"code": code})
    assert client.get(f"/arbetslista/{patient['treatment']}/").status_code == 200


@pytest.mark.django_db
@override_settings(SCENARIO_MAY_SEED=False)
def test_outside_the_test_profile_it_is_refused() -> None:
    with pytest.raises(CommandError, match="test profile"):
        seeded()
    assert not Person.objects.exists()
