"""IKBT_CLOCK moves the clock in the test profile; every other profile refuses to start with it."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from django.utils import timezone

from ikbt.common import clock

ROOT = Path(__file__).resolve().parents[2]
NEAR = timedelta(seconds=30)


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("+8d", timedelta(days=8)),
        ("-30m", timedelta(minutes=-30)),
        ("+2h", timedelta(hours=2)),
        ("+0d", timedelta(0)),
    ],
)
def test_a_distance_moves_the_clock(text: str, moved: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IKBT_CLOCK", text)

    assert abs(clock.now() - timezone.now() - moved) < NEAR


@pytest.mark.parametrize("text", ["2026-12-24T15:00:00+01:00", "2026-12-24T14:00:00Z", "2026-12-24T15:00"])
def test_a_moment_is_where_the_clock_starts_and_it_runs_on(text: str) -> None:
    began = datetime.fromisoformat("2026-11-23T12:00:00+00:00")

    assert began + clock.moved_by(text, began=began) == datetime.fromisoformat("2026-12-24T14:00:00+00:00")


@pytest.mark.parametrize("text", ["", "tomorrow", "8d", "+8y", "+8 d", "2026-13-01"])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        clock.moved_by(text, began=timezone.now())


@override_settings(CLOCK_MAY_MOVE=False)
def test_without_leave_the_clock_stands_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IKBT_CLOCK", "+8d")

    assert abs(clock.now() - timezone.now()) < NEAR
    with pytest.raises(ImproperlyConfigured, match="unset it"):
        clock.refuse_to_be_moved()


@pytest.mark.parametrize(("profile", "starts"), [("demo", False), ("dev", False), ("test", True)])
def test_only_the_test_profile_starts_with_a_moved_clock(profile: str, starts: bool) -> None:
    moved = {**os.environ, "IKBT_CLOCK": "+8d", "DJANGO_SETTINGS_MODULE": f"ikbt.settings.{profile}"}

    ended = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=ROOT,
        env=moved,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode == 0) is starts, ended.stderr
    assert starts or "IKBT_CLOCK belongs to the test profile" in ended.stderr


def test_it_is_moved_to_a_moment_by_whoever_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IKBT_CLOCK", "+0d")
    moment = datetime.fromisoformat("2027-03-28T03:30:00+02:00")

    clock.move_to(moment)

    assert abs(clock.now() - moment) < NEAR


@override_settings(CLOCK_MAY_MOVE=False)
def test_elsewhere_nobody_moves_it() -> None:
    with pytest.raises(ImproperlyConfigured):
        clock.move_to(timezone.now())
