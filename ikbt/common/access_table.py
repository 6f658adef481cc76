"""Decides what the access table says of each address: methods, data class, who may come in, by which rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from ikbt.common.doors import ACCOUNT, CONTENT, PUBLIC, Door

ANY_METHOD = "*"
READING = ("GET", "HEAD")


@dataclass(frozen=True)
class Row:
    """One address. `rule` is empty when nothing declares who may come in: such a route must not exist."""

    path: str
    name: str
    methods: tuple[str, ...]
    data: str
    who: str
    rule: str


@dataclass(frozen=True)
class Rule:
    """Who may come in to views that are not ikbt's own and so have no door."""

    data: str
    who: str
    rule: str
    methods: tuple[str, ...] = (ANY_METHOD,)


# Longest prefix first. Wagtail's and Django's own pages hold no patient data (tests/architecture says so).
BY_PREFIX: tuple[tuple[str, Rule], ...] = (
    ("django-admin/", Rule(ACCOUNT, "an administrator", "the gate, then Django's is_staff and rights")),
    ("admin/", Rule(CONTENT, "an editor, publisher or administrator", "the gate, then Wagtail's rights")),
    ("_util/", Rule(CONTENT, "anyone signed in with a second factor", "the gate; Wagtail's own form view")),
)
BY_NAME: dict[str, Rule] = {
    "wagtail_serve": Rule(PUBLIC, "anyone, signed in or not", "Wagtail's pages, read only", READING),
}


def access_table() -> list[Row]:
    """A row for each route of the resolver, by path and name."""
    rows = [_row(path, name, view) for path, name, view in _walk(get_resolver().url_patterns, "", "")]
    return sorted(rows, key=lambda row: (row.path, row.name))


def undeclared(rows: list[Row]) -> list[Row]:
    """The rows that no door and no rule speaks for."""
    return [row for row in rows if not row.rule]


def as_json_rows(rows: list[Row]) -> list[dict[str, Any]]:
    """Rows as the command prints them and tests/access/table.json holds them."""
    return [{**asdict(row), "methods": list(row.methods)} for row in rows]


def _row(path: str, name: str, view: Callable[..., Any]) -> Row:
    door = getattr(view, "door", None)
    if isinstance(door, Door):
        methods: tuple[str, ...] = getattr(view, "methods", (ANY_METHOD,))
        return Row(path, name, methods, door.data, door.who, _said(door))
    rule = BY_NAME.get(name) or next((rule for prefix, rule in BY_PREFIX if path.startswith(prefix)), None)
    if rule is None:
        return Row(path, name, (ANY_METHOD,), "", "", "")
    return Row(path, name, rule.methods, rule.data, rule.who, rule.rule)


def _said(door: Door[Any]) -> str:
    """The door and the predicates it decides by."""
    return f"door: {door.name}; rule: {door.rule.name if door.rule else ''}"


def _walk(patterns: list[Any], prefix: str, namespace: str) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, path, inner)
        elif isinstance(pattern, URLPattern):
            yield path, f"{namespace}{pattern.name or ''}", pattern.callback
