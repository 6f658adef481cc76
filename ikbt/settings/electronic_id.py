"""Reads the table of e-ID providers; decides that secrets come apart from it."""

from __future__ import annotations

import json
from typing import Any

from ikbt.settings import env

TABLE = "IKBT_ELECTRONIC_ID_PROVIDERS"
SECRET = "IKBT_ELECTRONIC_ID_SECRET_"  # noqa: S105 - the name of a variable


def providers() -> list[dict[str, Any]]:
    """The JSON list of IKBT_ELECTRONIC_ID_PROVIDERS (or the file that ..._FILE names), each with its secret.

    The secret of provider "siths" is IKBT_ELECTRONIC_ID_SECRET_SITHS, or the file that ..._SITHS_FILE names.
    What an entry must say stands in ikbt.accounts.electronic_id.providers. Raises MissingSetting.
    """
    try:
        entries = json.loads(env.text(TABLE, "") or "[]")
    except json.JSONDecodeError as wrong:
        raise env.MissingSetting(f"{TABLE} is no JSON: {wrong}.") from wrong
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise env.MissingSetting(f"{TABLE} must be a JSON list of objects.")
    if any("client_secret" in entry for entry in entries):
        raise env.MissingSetting(f"{TABLE} may hold no client_secret: set {SECRET}<KEY>_FILE.")
    return [{**entry, "client_secret": env.text(_variable(entry))} for entry in entries]


def _variable(entry: dict[str, Any]) -> str:
    return SECRET + str(entry.get("key", "")).upper().replace("-", "_")
