"""Production refuses to start with debug pages, weak keys or the demo's sign-in."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ikbt.settings.env import MissingSetting, database, flag, listed, text
from ikbt.settings.local_keys import local_keys
from ikbt.settings.production_checks import faults, is_field_key, is_local, is_weak, open_wires

ROOT = Path(__file__).resolve().parents[3]
GOOD = {
    "IKBT_SECRET_KEY": "q7Zr1mWv9xTkP3sLh8Yc2NdFbG6JuEaX5oRiM4tVnCwBpQzKyS0lDgHf",
    "IKBT_FIELD_KEYS": "a:" + base64.b64encode(bytes(range(32))).decode(),
    "IKBT_INDEX_KEY": "u8Kd2Lw5Xc9Vb3Nm7Qe1Rt6Yp4As0Zf8",
    "IKBT_HOSTS": "ikbt.example",
    "IKBT_DATABASE_URL": "postgres://u:p@localhost/ikbt",
}


def start(show: str = "ALLOWED_HOSTS", **changes: str) -> subprocess.CompletedProcess[str]:
    """Load the production settings as a server does."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("IKBT_")}
    return subprocess.run(
        [sys.executable, "-c", f"from django.conf import settings; print(settings.{show})"],
        env={**inherited, **GOOD, **changes, "DJANGO_SETTINGS_MODULE": "ikbt.settings.production"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_good_settings_start() -> None:
    assert start().stdout.strip() == "['ikbt.example']"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"IKBT_DEBUG": "1"}, "IKBT_DEBUG must be off"),
        ({"IKBT_TEST_E_ID": "1"}, "The test e-ID lets anyone sign in as anyone"),
        ({"IKBT_SECRET_KEY": "short"}, "IKBT_SECRET_KEY is weak"),
        ({"IKBT_SECRET_KEY": "django-insecure-" + GOOD["IKBT_SECRET_KEY"]}, "IKBT_SECRET_KEY is weak"),
        ({"IKBT_FIELD_KEYS": ""}, "IKBT_FIELD_KEYS is empty"),
        ({"IKBT_FIELD_KEYS": "a:QUJD"}, "IKBT_FIELD_KEYS must be name:base64 of 32"),
        (
            {"IKBT_FIELD_KEYS": GOOD["IKBT_FIELD_KEYS"] + "," + GOOD["IKBT_FIELD_KEYS"]},
            "two keys of one name",
        ),
        ({"IKBT_DATABASE_URL": "postgres://u:p@db.example/ikbt"}, "IKBT_DATABASE_URL names another machine"),
        ({"IKBT_REDIS_URL": "redis://cache.example:6379/0"}, "IKBT_REDIS_URL names another machine"),
        ({"IKBT_SMS_BACKEND": "ikbt.outbox.sms.file.FileBackend"}, "IKBT_SMS_BACKEND names a backend"),
        ({"IKBT_INDEX_KEY": "short"}, "IKBT_INDEX_KEY must be"),
    ],
)
def test_unfit_settings_do_not_start(changes: dict[str, str], sentence: str) -> None:
    started = start(**changes)

    assert started.returncode != 0
    assert sentence in started.stderr


def test_all_faults_are_named_at_once() -> None:
    assert len(faults(debug=True, secret_key="x", test_e_id=True, field_keys=[], index_key="")) == 5


@pytest.mark.parametrize(
    "url",
    [
        "postgres://u:p@localhost/ikbt",
        "postgres://u:p@127.0.0.1:5432/ikbt",
        "postgres://u@[::1]/ikbt",
        "postgres:///ikbt?host=/var/run/postgresql",
        "postgres://u:p@db.example/ikbt?sslmode=verify-full&sslrootcert=/etc/ssl/region.pem",
        "sqlite:////srv/ikbt.sqlite3",
    ],
)
def test_d11_a_database_here_or_behind_a_checked_wire_is_fit(url: str) -> None:
    assert open_wires(database=url, redis="") == []


@pytest.mark.parametrize(
    "url",
    [
        "postgres://u:p@db.example/ikbt",
        "postgres://u:p@10.0.0.7/ikbt?sslmode=require",
        "postgres://u:p@localhost.example/ikbt?sslmode=prefer",
        "postgres://u:p@localhost/ikbt?host=db.example",
        "postgres:///ikbt?hostaddr=10.0.0.7",
        "postgres:///ikbt?service=region",
        "postgres://u:p@db.example/ikbt?sslmode=verify-full&sslmode=disable",
    ],
)
def test_d11_a_database_elsewhere_needs_a_checked_wire(url: str) -> None:
    assert [one for one in open_wires(database=url, redis="") if "IKBT_DATABASE_URL" in one]


@pytest.mark.parametrize(
    ("url", "fit"),
    [
        ("", True),
        ("redis://127.0.0.1:6379/0", True),
        ("unix:///run/redis.sock", True),
        ("rediss://cache.example:6379/0", True),
        ("redis://cache.example:6379/0", False),
        ("rediss://cache.example/0?ssl_cert_reqs=none", False),
        ("rediss://cache.example/0?ssl_check_hostname=false", False),
    ],
)
def test_d11_redis_elsewhere_needs_a_checked_wire(url: str, fit: bool) -> None:
    assert (open_wires(database="sqlite:///x", redis=url) == []) is fit


def test_d11_what_the_address_says_of_the_wire_reaches_the_driver() -> None:
    remote = database("postgres://u:p@db.example/ikbt?sslmode=verify-full&sslrootcert=/etc/ca.pem")

    assert remote["OPTIONS"] == {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"}
    assert database("postgres://u:p@localhost/ikbt")["OPTIONS"] == {}


def test_d11_mail_to_another_machine_is_encrypted_or_not_sent() -> None:
    assert is_local("localhost")
    assert start(IKBT_MAIL_HOST="mail.example", show="EMAIL_USE_TLS").stdout.strip() == "True"
    assert start(show="EMAIL_USE_TLS").stdout.strip() == "False"


@pytest.mark.parametrize("entry", ["", "a", "a:", ":" + "A" * 44, "a:" + "A" * 44, "a:" + "A" * 40, "a:!"])
def test_d9_what_is_no_key_is_refused(entry: str) -> None:
    assert not is_field_key(entry)


@pytest.mark.parametrize("key", ["", "a" * 60, "only-for-tests-" + "kqwertyuiop" * 5, "ab" * 40])
def test_weak_keys(key: str) -> None:
    assert is_weak(key)


def test_key_made_for_a_local_machine_is_strong_kept_and_private(tmp_path: Path) -> None:
    made = local_keys(tmp_path / "state")

    assert local_keys(tmp_path / "state") == made
    assert not is_weak(made["secret"])
    assert (tmp_path / "state" / "keys.json").stat().st_mode & 0o077 == 0


def test_secret_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("from the file\n", encoding="utf-8")
    monkeypatch.setenv("IKBT_X_FILE", str(tmp_path / "key"))

    assert text("IKBT_X") == "from the file"


def test_missing_and_malformed_settings_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingSetting, match="IKBT_NOWHERE"):
        text("IKBT_NOWHERE")
    monkeypatch.setenv("IKBT_X", "perhaps")
    with pytest.raises(MissingSetting, match="true or false"):
        flag("IKBT_X")
    with pytest.raises(MissingSetting, match="Unknown database"):
        database("mysql://x")


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("ON", True), ("", False), ("off", False)])
def test_flags(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    monkeypatch.setenv("IKBT_X", value)

    assert flag("IKBT_X", default=not expected) is expected


def test_lists_drop_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IKBT_X", " a, ,b,")

    assert listed("IKBT_X") == ["a", "b"]


def test_sqlite_waits_for_the_disk_and_takes_its_lock_at_once() -> None:
    options = database("sqlite:////tmp/x.sqlite3")["OPTIONS"]

    assert isinstance(options, dict)
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in options["init_command"]
    assert "journal_mode=WAL" in options["init_command"]
