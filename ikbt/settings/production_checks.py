"""Decides which production settings are unfit for real patients; pure, so that each refusal has a test."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

WEAK = ("django-insecure", "only-for-tests", "change", "secret", "password", "default")


def faults(
    *, debug: bool, secret_key: str, test_e_id: bool, field_keys: Sequence[str], index_key: str
) -> list[str]:
    """Sentences, one for each reason to refuse to start; empty when fit."""
    found = []
    if debug:
        found.append("IKBT_DEBUG must be off in production.")
    if test_e_id:
        found.append("The test e-ID lets anyone sign in as anyone and can't run in production.")
    if is_weak(secret_key):
        found.append("IKBT_SECRET_KEY is weak or a default: give at least 50 random characters.")
    if not field_keys:
        found.append("IKBT_FIELD_KEYS is empty: personal numbers and notes could not be encrypted.")
    if not all(is_field_key(entry) for entry in field_keys):
        found.append("IKBT_FIELD_KEYS must be name:base64 of 32 random bytes each, comma-separated.")
    if len({entry.partition(":")[0] for entry in field_keys}) < len(field_keys):
        found.append("IKBT_FIELD_KEYS has two keys of one name: one of them would open nothing.")
    if len(index_key) < 32:
        found.append("IKBT_INDEX_KEY must be at least 32 random characters.")
    return found


def sends_nothing(sms_backend: str) -> list[str]:
    """A sentence when the way out for texts is one that only shows or keeps them."""
    if not sms_backend.startswith("ikbt.outbox.sms."):
        return []
    return ["IKBT_SMS_BACKEND names a backend that sends nothing: name the region's own, or none."]


def is_weak(key: str) -> bool:
    """Short, repetitive or a well-known placeholder."""
    lowered = key.lower()
    return len(key) < 50 or len(set(key)) < 10 or any(lowered.startswith(word) for word in WEAK)


def is_field_key(entry: str) -> bool:
    """A name, and 32 bytes that are not one and the same."""
    name, _, encoded = entry.partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return False
    return bool(name) and len(key) == 32 and len(set(key)) > 1


def open_wires(*, database: str, redis: str) -> list[str]:
    """Sentences, one for each connection to another machine that is not encrypted, or not known to be the right one."""
    found = []
    if not is_safe_database(database):
        found.append("IKBT_DATABASE_URL names another machine: end it with ?sslmode=verify-full.")
    if not is_safe_redis(redis):
        found.append(
            "IKBT_REDIS_URL names another machine: use rediss:// and let the certificate be checked."
        )
    return found


def is_safe_database(url: str) -> bool:
    """A file, this machine, or a connection whose certificate and name are checked."""
    wire = urlsplit(url)
    told = parse_qs(wire.query)
    # libpq may be sent elsewhere by these too.
    hosts = [
        wire.hostname,
        *(host for name in ("host", "hostaddr", "service") for host in told.get(name, [])),
    ]
    is_here = wire.scheme == "sqlite" or all(is_local(host) for host in hosts)
    return is_here or told.get("sslmode") == ["verify-full"]


def is_safe_redis(url: str) -> bool:
    """None, this machine, or TLS; redis-py checks certificate and name unless it is told not to."""
    wire = urlsplit(url)
    unchecked = {"ssl_cert_reqs", "ssl_check_hostname"} & set(parse_qs(wire.query))
    return is_local(wire.hostname) or (wire.scheme == "rediss" and not unchecked)


def is_local(host: str | None) -> bool:
    """This very machine; no host is a socket in its file system."""
    return not host or host in {"localhost", "::1"} or host.startswith(("127.", "/"))
