"""The demo command refuses what it can't do, does what it says, and leaves done work alone."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from ikbt.accounts.models import Person
from ikbt.demo import preparing
from ikbt.demo.management.commands import demo


@pytest.fixture
def prepared(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The demo's profile with a state folder of its own; machine work is noted instead of done."""
    done: list[str] = []
    settings.DEMO_PROFILE = True
    settings.STATE_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    for name in ("compile_translations", "collect_static", "migrate", "hurry", "settle", "forget"):
        monkeypatch.setattr(preparing, name, lambda name=name: done.append(name))
    monkeypatch.setattr(demo, "seed_region", lambda count, *, told: done.append(f"seed {count}"))
    return done


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def run(*words: str) -> str:
    out = StringIO()
    call_command("demo", *words, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    "words",
    [
        ("--patients", "0"),
        ("--patients", "-1"),
        ("--patients", "2001"),
        ("--patients", "many"),
        ("--port", "0"),
        ("--port", "65536"),
        ("--port", "http"),
    ],
)
def test_an_impossible_option_is_refused_before_any_work(prepared: list[str], words: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        run("--no-serve", *words)
    assert prepared == []


@pytest.mark.django_db
def test_an_empty_database_is_seeded_with_as_many_as_asked(prepared: list[str]) -> None:
    run("--no-serve", "--patients", "7")

    assert prepared == ["compile_translations", "collect_static", "hurry", "migrate", "seed 7", "settle"]


@pytest.mark.django_db
def test_a_seeded_database_is_left_as_it_is(prepared: list[str]) -> None:
    Person.objects.create_user("somebody@example.org")
    out = run("--no-serve")

    assert not any(step.startswith("seed") for step in prepared)
    assert "Password for all" in out


@pytest.mark.django_db
def test_reset_throws_the_old_data_away_first(prepared: list[str]) -> None:
    run("--no-serve", "--reset")

    assert prepared[0] == "forget"


@pytest.mark.django_db
def test_accounts_are_written_where_asked(prepared: list[str], tmp_path: Path) -> None:
    run("--no-serve", "--accounts-json", str(tmp_path / "accounts.json"))

    assert json.loads((tmp_path / "accounts.json").read_text(encoding="utf-8")) == []


@pytest.mark.django_db
def test_a_file_that_cannot_be_written_is_told_in_a_sentence(prepared: list[str], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="could not be written"):
        run("--no-serve", "--accounts-json", str(tmp_path / "missing" / "accounts.json"))


def test_a_taken_port_is_told_before_any_work(prepared: list[str], taken: int) -> None:
    with pytest.raises(CommandError, match=f"Port {taken} is taken"):
        run("--port", str(taken))
    assert prepared == []


@pytest.mark.django_db
def test_the_demo_is_served_on_loopback_alone(prepared: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    served: dict[str, Any] = {}
    monkeypatch.setattr("uvicorn.run", lambda app, **options: served.update(options))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    out = run("--port", str(port))

    assert (served["host"], served["port"]) == ("127.0.0.1", port)
    assert f"http://localhost:{port}" in out


@pytest.fixture
def collected(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collections that were done; each leaves its manifest, in folders of the test's own."""
    settings.STATE_DIR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    done: list[str] = []

    def collect(name: str, **options: Any) -> None:
        done.append(name)
        (settings.STATIC_ROOT / preparing.MANIFEST).touch()

    monkeypatch.setattr(preparing, "call_command", collect)
    return done


def test_static_files_are_collected_once(collected: list[str]) -> None:
    assert [preparing.collect_static() for _ in range(3)] == [True, False, False]
    assert collected == ["collectstatic"]


def test_they_are_collected_again_when_one_has_changed(
    collected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stamps = iter(["one", "one", "two"])
    monkeypatch.setattr(preparing, "static_stamp", lambda: next(stamps))

    assert [preparing.collect_static() for _ in range(3)] == [True, False, True]


def test_they_are_collected_again_when_they_were_thrown_away(collected: list[str], tmp_path: Path) -> None:
    preparing.collect_static()
    (tmp_path / "static" / preparing.MANIFEST).unlink()

    assert preparing.collect_static()


def test_a_collection_that_was_cut_off_is_done_again(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.STATE_DIR = tmp_path

    def cut_off(name: str, **options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(preparing, "call_command", cut_off)
    with pytest.raises(KeyboardInterrupt):
        preparing.collect_static()
    assert not (tmp_path / preparing.STAMP).exists()


def test_the_stamp_follows_where_the_files_are_collected(settings: Settings, tmp_path: Path) -> None:
    before = preparing.static_stamp()
    settings.STATIC_ROOT = tmp_path

    assert preparing.static_stamp() != before


def test_forgetting_removes_the_data_and_keeps_the_keys(settings: Settings, tmp_path: Path) -> None:
    settings.STATE_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    for name in ("ikbt.sqlite3", "ikbt.sqlite3-wal", "audit-anchors.jsonl", "keys.json"):
        (tmp_path / name).touch()
    preparing.forget()

    assert [file.name for file in tmp_path.iterdir()] == ["keys.json"]
