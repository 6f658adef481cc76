"""Typed readers of the environment; decides how a missing or malformed setting is reported."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit


class MissingSetting(RuntimeError):
    """A setting that this environment demands is absent or unusable."""


def text(name: str, default: str | None = None) -> str:
    """The variable, or the content of the file at NAME_FILE, so that secrets stay out of the process list."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, default)
    if value is None:
        raise MissingSetting(f"Set {name} (or {name}_FILE) in the environment.")
    return value


def flag(name: str, default: bool = False) -> bool:
    """True for 1, true, yes, on; False for 0, false, no, off and empty."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"", "0", "false", "no", "off"}:
        return False
    raise MissingSetting(f"{name} must be true or false, not {value!r}.")


def listed(name: str, default: str = "") -> list[str]:
    """Comma-separated values, blanks dropped."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def database(url: str) -> dict[str, object]:
    """Django's DATABASES entry for sqlite:///path or postgres://user:password@host:port/name?sslmode=..."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "ikbt.common.sqlite",
            "NAME": unquote(parts.path[1:]),
            # WAL lets readers go on while one writes; FULL keeps an acknowledged row through a power cut;
            # IMMEDIATE takes the write lock at BEGIN, so two writers queue instead of failing half way.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or 5432),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            # What libpq understands: sslmode, sslrootcert ...
            "OPTIONS": {name: values[-1] for name, values in parse_qs(parts.query).items()},
        }
    raise MissingSetting(f"Unknown database address: {parts.scheme or url}.")
