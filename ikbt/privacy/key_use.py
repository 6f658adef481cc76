"""Says which keys are in use: decides which may leave the ring, and that none in use may be missing from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Info, Warning
from django.db import connection

from ikbt.common.fields import key_ring
from ikbt.common.sealed_columns import keys_in_use, label, sealed_columns


@dataclass(frozen=True)
class KeyUse:
    """One key: how many values it seals in which columns; whether it is on the ring, and the one that seals."""

    name: str
    columns: Counter[str]
    on_ring: bool
    newest: bool

    @property
    def values(self) -> int:
        """How many values it seals in all."""
        return self.columns.total()

    @property
    def may_leave(self) -> bool:
        """On the ring, not the one that seals, and sealing nothing any more."""
        return self.on_ring and not self.newest and not self.values


def uses() -> list[KeyUse]:
    """The keys of the ring, newest first, then those that seal something and are on no ring; asks each table once."""
    tables = set(connection.introspection.table_names())
    columns: dict[str, Counter[str]] = {}
    for column in sealed_columns():
        # Before the first migrate there is nothing to count.
        in_use = keys_in_use(column) if column.model._meta.db_table in tables else Counter()
        for name, values in in_use.items():
            columns.setdefault(name, Counter())[label(column)] += values
    ring = list(key_ring())
    return [
        KeyUse(name, columns.get(name, Counter()), on_ring=name in ring, newest=ring[:1] == [name])
        for name in [*ring, *sorted(set(columns) - set(ring))]
    ]


def check_keys(
    app_configs: Sequence[AppConfig] | None, *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """For `manage.py check --deploy --database default`: it reads every table with encrypted columns once."""
    if not databases:
        return []
    return [message for use in uses() for message in _said(use)]


def _said(use: KeyUse) -> list[CheckMessage]:
    if not use.on_ring:
        where = ", ".join(use.columns)
        told = f"{use.values} values are sealed with {use.name!r}, which is not on the ring: {where}."
        return [Error(told, hint="Put the key back into IKBT_FIELD_KEYS.", id="privacy.E001")]
    if use.may_leave:
        return [
            Info(
                f"The field key {use.name!r} seals nothing any more: it may leave the ring.",
                id="privacy.I001",
            )
        ]
    if use.newest or not use.values:
        return []
    told = f"The field key {use.name!r} still seals {use.values} values: it may not leave the ring."
    return [Warning(told, hint="Run manage.py rotate_field_keys.", id="privacy.W001")]
