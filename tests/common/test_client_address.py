"""Behind proxies: whose address counts, and that nobody can write herself another."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.core.checks import Error
from django.test import Client, RequestFactory

from ikbt.accounts import guessing
from ikbt.audit.models import Entry
from ikbt.common.client_address import client_address, guessers_place
from ikbt.common.proxy_checks import proxies_are_counted
from tests.cast import Cast
from tests.conftest import signed_in_client

PROXY, VISITOR, OUTER = "10.0.0.2", "192.0.2.7", "10.0.0.9"


def seen(forwarded: str | None) -> str:
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    return client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=PROXY))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, PROXY),
        (0, VISITOR, PROXY),
        (1, VISITOR, VISITOR),
        (1, f"198.51.100.1, {VISITOR}", VISITOR),
        (1, f"127.0.0.1,localhost,,{VISITOR}", VISITOR),
        (2, f"198.51.100.1, {VISITOR}, {OUTER}", VISITOR),
        # Came past a proxy, or the proxy says nothing: the nearest is all we know.
        (2, VISITOR, PROXY),
        (1, None, PROXY),
        (1, "", PROXY),
        (1, "unknown", PROXY),
        (1, "192.0.2.7:443", PROXY),
        (1, "<script>", PROXY),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, "::ffff:192.0.2.7", VISITOR),
    ],
)
def test_last_entries_are_the_proxies_own_and_nothing_else_is_believed(
    settings: LazySettings, proxies: int, forwarded: str | None, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies

    assert seen(forwarded) == address


def test_a10_forged_header_gives_a_guesser_no_new_tries(db: None, settings: LazySettings) -> None:
    settings.TRUSTED_PROXIES = 1
    wrong = {"email": "a@example.org", "password": "wrong-wrong-wrong"}

    answers = [
        Client()
        .post(
            "/logga-in/", wrong, REMOTE_ADDR=PROXY, headers={"x-forwarded-for": f"203.0.113.{n}, {VISITOR}"}
        )
        .status_code
        for n in range(guessing.PAIR.tries + 1)
    ]

    assert answers == [200] * guessing.PAIR.tries + [429]


def test_a10_visitors_behind_one_proxy_do_not_hold_up_each_other(db: None, settings: LazySettings) -> None:
    settings.TRUSTED_PROXIES = 1
    wrong = {"email": "a@example.org", "password": "wrong-wrong-wrong"}

    answers = [
        Client()
        .post("/logga-in/", wrong, REMOTE_ADDR=PROXY, headers={"x-forwarded-for": f"203.0.113.{n}"})
        .status_code
        for n in range(guessing.PAIR.tries + 1)
    ]

    assert set(answers) == {200}


def test_a10_one_lines_many_newer_addresses_are_one_place() -> None:
    assert guessers_place("2001:db8:0:1::a") == guessers_place("2001:db8:0:1:ffff::b")
    assert guessers_place("2001:db8:0:1::a") != guessers_place("2001:db8:0:2::a")
    assert guessers_place(VISITOR) == VISITOR


def test_c1_log_holds_the_address_that_the_proxy_saw(cast: Cast, settings: LazySettings) -> None:
    settings.TRUSTED_PROXIES = 1
    forged = {"x-forwarded-for": f"203.0.113.5, {VISITOR}"}

    signed_in_client(cast.tove).get(f"/arbetslista/{cast.treatment.pk}/", REMOTE_ADDR=PROXY, headers=forged)
    Client().post("/logga-in/", {"email": "a@b.se", "password": "x"}, REMOTE_ADDR=PROXY, headers=forged)

    rows = Entry.objects.exclude(address=None).values_list("address", "granted")
    assert set(rows) == {(VISITOR, True), (VISITOR, False)}


@pytest.mark.parametrize(
    ("proxies", "header", "faults"),
    [
        (1, ("HTTP_X_FORWARDED_PROTO", "https"), []),
        (0, None, []),
        (0, ("HTTP_X_FORWARDED_PROTO", "https"), ["common.E002"]),
        (-1, None, ["common.E001"]),
        (8000, None, ["common.E001"]),
        ("1", None, ["common.E001"]),
    ],
)
def test_d9_the_deployment_check_counts_the_proxies(
    settings: LazySettings, proxies: object, header: object, faults: list[str]
) -> None:
    settings.TRUSTED_PROXIES, settings.SECURE_PROXY_SSL_HEADER = proxies, header

    found = proxies_are_counted(None)

    assert [one.id for one in found if isinstance(one, Error)] == faults
