"""D9: no secret lies in any file of the tree, whatever its kind; what the tests need opens nothing real."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# Made at run time or brought by others.
LEFT_OUT = {".git", ".venv", ".state", "node_modules", "vendor", "__pycache__"}
SHAPES = re.compile(
    r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/]{20}"
    r"|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{60,}|\bglpat-[\w-]{20}\b"
    r"|\bxox[abprs]-[\w-]{20,}|\bAIza[\w-]{35}\b|\bsk_live_\w{20,}|\bpypi-[\w-]{60,}"
    r"|\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}"
)
# A name that means a secret, given a long text.
GIVEN = re.compile(
    r"(?i)(?:secret|passw(?:or)?d|token|api_?key|field_?keys?|index_?key|anchor_?key|private_?key|seed)\w*[\"']?"
    r"\s*[:=]\s*[\[({]*\s*[\"']([A-Za-z0-9+/=:_.-]{24,})[\"']"
)
IN_ADDRESS = re.compile(
    r"\b[a-z]+://[\w.-]+:(?!password@)([^@\s/\"'{}<>]{3,})@(?!localhost|127\.|example|[\w-]+\.example)"
)
# Bits a character: random base64 of this length lies above, words and paths below.
RANDOM = 4.2
# Secrets of the tests, which production refuses or which belong to nobody.
KNOWN = {
    "tests/hardening/test_production.py": "the settings that production must accept, used by no server",
    "tests/ikbt/settings/test_production_checks.py": "the same",
}


def files() -> Iterator[Path]:
    """Every file that is written by hand, whatever its ending."""
    for path in ROOT.rglob("*"):
        if not path.is_file() or LEFT_OUT & set(path.relative_to(ROOT).parts):
            continue
        yield path


def bits(text: str) -> float:
    """Shannon entropy of a text, a character."""
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts)


def secrets_in(text: str) -> list[str]:
    """What looks like a secret, cut short so that a report does not spread it."""
    found = [*SHAPES.findall(text), *IN_ADDRESS.findall(text)]
    found += [one for one in GIVEN.findall(text) if bits(one) > RANDOM]
    return [f"{one[:6]}…" for one in found]


def test_d9_no_file_of_the_tree_holds_a_secret() -> None:
    looked = 0
    found = {}
    for path in files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        looked += 1
        name = str(path.relative_to(ROOT))
        if name not in KNOWN and (secret := secrets_in(text)):
            found[name] = secret

    assert looked > 500
    assert found == {}


def test_d9_no_key_file_or_environment_file_lies_in_the_tree() -> None:
    kinds = {".pem", ".key", ".p12", ".pfx", ".jks", ".kdbx", ".env", ".sqlite3", ".dump"}

    assert [str(path) for path in files() if path.suffix in kinds or path.name.startswith(".env")] == []


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEAx" * 2,
        "x = 'AKIA" + "ABCDEFGHIJKLMNOP'",
        "ghp_" + "a1B2" * 9,
        'SECRET_KEY = "' + "q7Zr1mWv9xTkP3sLh8Yc2NdFbG6Ju" + '"',
        "client_secret: '" + "u8Kd2Lw5Xc9Vb3Nm7Qe1Rt6Yp4As0Zf8" + "'",
        'FIELD_KEYS = ["a:' + "Zm9vYmFyMTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ubw==" + '"]',
        "postgres://ikbt:" + "hemligt1@db.region.se/ikbt",
    ],
)
def test_d9_each_kind_of_secret_would_be_seen(text: str) -> None:
    assert secrets_in(text)


@pytest.mark.parametrize(
    "text",
    [
        'PASSWORD_RESET = "accounts.models.invitation.Invitation"',
        'SECRET = "IKBT_ELECTRONIC_ID_SECRET_"',
        'IKBT_DATABASE_URL="postgres://user:password@localhost/name"',
        "token_hash = models.CharField(max_length=64)",
    ],
)
def test_d9_what_is_none_is_left_alone(text: str) -> None:
    assert secrets_in(text) == []
