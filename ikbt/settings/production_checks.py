"""Decides which production settings are unfit for real patients; pure, so that each refusal has a test."""

from __future__ import annotations

from collections.abc import Sequence

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
    if len(index_key) < 32:
        found.append("IKBT_INDEX_KEY must be at least 32 random characters.")
    return found


def is_weak(key: str) -> bool:
    """Short, repetitive or a well-known placeholder."""
    lowered = key.lower()
    return len(key) < 50 or len(set(key)) < 10 or any(lowered.startswith(word) for word in WEAK)
