"""D9, A18: production settings pass Django's own deployment check, and a weak secret starts nothing."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "IKBT_SECRET_KEY": "q7Zr1mWv9xTkP3sLh8Yc2NdFbG6JuEaX5oRiM4tVnCwBpQzKyS0lDgHf",
    "IKBT_FIELD_KEYS": "a:" + base64.b64encode(bytes(range(32))).decode(),
    "IKBT_INDEX_KEY": "u8Kd2Lw5Xc9Vb3Nm7Qe1Rt6Yp4As0Zf8",
    "IKBT_AUDIT_ANCHOR_KEY": "w3Hs9Ld5Kf7Gj1Qa4Zx8Cv2Bn6Mm0PoI",
    "IKBT_HOSTS": "ikbt.example",
    "IKBT_BASE_URL": "https://ikbt.example",
}
SHOWN = (
    "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE",
    "SESSION_COOKIE_DOMAIN",
    "SESSION_COOKIE_PATH",
    "SECURE_HSTS_SECONDS",
    "DEBUG",
)
# Long enough to be one, and random: what a secret in the code looks like.
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}"
    r"|(?:SECRET_KEY|FIELD_KEYS|INDEX_KEY|ANCHOR_KEY|client_secret)\"?\s*[:=]\s*[\[(]?\"[A-Za-z0-9+/=:]{20,}"
)


def run(folder: Path, *words: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """A command under production settings, with a state folder of its own."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("IKBT_", "DJANGO_"))
    }
    own = {"IKBT_STATE_DIR": str(folder), "IKBT_DATABASE_URL": f"sqlite:///{folder}/ikbt.sqlite3"}
    return subprocess.run(
        [sys.executable, *words],
        env={**inherited, **GOOD, **own, **changes, "DJANGO_SETTINGS_MODULE": "ikbt.settings.production"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_d9_the_deployment_check_has_nothing_to_warn_of(tmp_path: Path) -> None:
    checked = run(tmp_path, "-m", "django", "check", "--deploy", "--fail-level", "WARNING")

    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_d9_the_deployment_check_would_tell(tmp_path: Path) -> None:
    """Else an empty answer would prove nothing."""
    weak = "aaaaaaaaaa1234567890" * 3

    assert "IKBT_SECRET_KEY is weak" in run(tmp_path, "-m", "django", "check", IKBT_SECRET_KEY="kort").stderr
    assert run(tmp_path, "-m", "django", "check", "--deploy", IKBT_SECRET_KEY=weak[:40]).returncode != 0


def test_a18_cookies_belong_to_this_host_alone_and_to_https(tmp_path: Path) -> None:
    code = f"from django.conf import settings as s; print([getattr(s, n) for n in {SHOWN!r}])"

    said = run(tmp_path, "-c", code).stdout.strip()

    assert said == str(
        ["__Host-sessionid", "__Host-csrftoken", True, True, True, "Lax", None, "/", 63_072_000, False]
    )


def test_d9_no_secret_stands_in_the_code() -> None:
    files = [
        path
        for folder in ("ikbt", "programs", "therapist", "measurements", "docs", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".json", ".md", ".html", ".toml", ".js", ".po"}
        and "vendor" not in path.parts
    ]

    found = [
        str(path.relative_to(ROOT))
        for path in files
        if SECRET.search(path.read_text(encoding="utf-8"))
        # The tests' own keys open nothing: production refuses a key that begins like theirs.
        and path.name != "test.py"
    ]

    assert len(files) > 300
    assert found == []
    assert SECRET.search('SECRET_KEY = "q7Zr1mWv9xTkP3sLh8Yc2NdFbG6Ju"')
