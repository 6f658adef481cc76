"""Whatever value a claim takes, the token passes only when it says what was asked for; nothing crashes."""

from __future__ import annotations

import json
import math
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import example, given
from hypothesis import strategies as st

from ikbt.accounts.electronic_id.claims import LEEWAY_SECONDS, OLDEST_SECONDS, Asked, read_id_token
from ikbt.accounts.electronic_id.providers import provider_of
from ikbt.accounts.electronic_id.refusing import Refused
from ikbt.common import clock
from tests.ikbt.accounts.electronic_id.conftest import entry
from tests.openid.forger import CLIENT_ID, Forger, signed

ASKED = {"nonce": "the-nonce", "redirect_uri": "", "client_id": CLIENT_ID, "code_challenge": ""}
# Written as they are; NaN too, since Python's JSON reads it.
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def plain() -> Iterator[None]:
    """The forger speaks HTTP."""
    with override_settings(ELECTRONIC_ID_PLAIN_HTTP=True):
        yield


def passes(forger: Forger, **changes: Any) -> bool:
    """Whether the honest token with these changes is taken; any other outcome than refusal is an error."""
    answer = forger.honest(ASKED)
    provider = provider_of(entry(forger.issuer))
    asked = Asked(provider, "the-nonce", answer.body["access_token"], max_age=300, at=clock.now())
    try:
        read_id_token(signed(answer.header, {**answer.claims, "sub": "klara", **changes}), asked)
    except Refused:
        return False
    return True


def in_time(value: Any, earliest: float, latest: float) -> bool:
    """A number, and no switch, within the two moments."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and earliest <= value <= latest


def test_honest_token_passes(plain: None, running_forger: Forger) -> None:
    assert passes(running_forger)


@pytest.mark.parametrize("name", ["iss", "nonce", "acr"])
@given(value=values)
def test_a11_other_word_never_passes(plain: None, running_forger: Forger, name: str, value: Any) -> None:
    assert not passes(running_forger, **{name: value})


@given(value=values)
@example(value=[CLIENT_ID, CLIENT_ID])
@example(value={CLIENT_ID: CLIENT_ID})
@example(value=[[CLIENT_ID]])
@example(value=f"{CLIENT_ID} other")
def test_a11_audience_is_ourselves_alone(plain: None, running_forger: Forger, value: Any) -> None:
    assert not passes(running_forger, aud=value)


@given(value=values)
@example(value=["sms", "bankid", 1])
def test_a11_method_is_a_list_of_words_with_one_accepted(
    plain: None, running_forger: Forger, value: Any
) -> None:
    assert not passes(running_forger, amr=value)


@given(value=values)
def test_a11_authorised_party_is_ourselves_or_not_named(
    plain: None, running_forger: Forger, value: Any
) -> None:
    assert not passes(running_forger, azp=value)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("exp", -LEEWAY_SECONDS, math.inf),
        ("iat", -OLDEST_SECONDS, LEEWAY_SECONDS),
        ("auth_time", -300 - LEEWAY_SECONDS, LEEWAY_SECONDS),
        ("nbf", -math.inf, LEEWAY_SECONDS),
    ],
)
@given(value=values | st.floats(-1000, 1000).map(lambda seconds: clock.now().timestamp() + seconds))
def test_a11_moment_passes_within_its_window_alone(
    plain: None, running_forger: Forger, name: str, before: float, after: float, value: Any
) -> None:
    now = clock.now().timestamp()

    # Two seconds are left open at the ends: the clock goes on while the token is read.
    if passes(running_forger, **{name: value}):
        assert in_time(value, now + before - 2, now + after + 2)
    else:
        assert not in_time(value, now + before + 2, now + after - 2)


def _coded(part: Any) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


@given(
    token=st.text(max_size=60)
    | st.lists(st.text("abcABC019-_=", max_size=8), max_size=6).map(".".join)
    | st.tuples(values.map(_coded), values.map(_coded), st.text("abcABC019-_", max_size=12)).map(".".join)
    | st.tuples(
        st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk"]), values).map(_coded),
        values.map(_coded),
        st.text("abcABC019-_", max_size=12),
    ).map(".".join)
    | st.tuples(
        values.map(lambda kid: _coded({"alg": "RS256", "kid": kid})), values.map(_coded), st.just("c2ln")
    ).map(".".join)
)
@example(token=f"{_coded({'alg': 'RS256', 'kid': 'own'})}.{_coded({'sub': 'x'})}.")
@example(token=f"{_coded({'alg': ['RS256'], 'kid': 'own'})}.{_coded({})}.c2ln")
def test_anything_that_is_no_token_of_the_provider_is_refused(
    plain: None, running_forger: Forger, token: str
) -> None:
    asked = Asked(provider_of(entry(running_forger.issuer)), "n", "a", max_age=300, at=clock.now())

    with pytest.raises(Refused):
        read_id_token(token, asked)
