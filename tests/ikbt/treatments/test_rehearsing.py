"""The dry run tells what would be done by which rule, to how many, and changes nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.core.management import call_command

from ikbt.common import clock
from ikbt.common.clock import midnight
from ikbt.outbox.models import Notice
from ikbt.treatments.rehearsing import rehearse
from ikbt.treatments.timekeeping import keep_time
from tests.cast import Cast
from tests.ikbt.treatments.courses import begun

START = date(2027, 1, 4)


def on_day(days: int) -> datetime:
    return midnight(START + timedelta(days=days)) + timedelta(hours=9)


def rows() -> dict[str, int]:
    labels = ("treatments", "outbox", "audit", "measurements")
    return {
        model.__name__: model._base_manager.count()
        for one in labels
        for model in apps.get_app_config(one).get_models()
    }


def test_it_tells_what_would_be_done_and_changes_nothing(cast: Cast) -> None:
    for _number in range(3):
        begun(cast, START)
    before = rows()

    told = rehearse(at=on_day(7))

    assert told.acts["silent_message v1"] == 3
    assert told.acts["silent_task v1"] == 3
    assert rows() == before
    assert mail.outbox == []


def test_it_tells_the_same_as_the_clock_then_does(cast: Cast) -> None:
    begun(cast, START)
    told = rehearse(at=on_day(10))

    kept = keep_time(at=on_day(10))

    assert sum(told.acts[f"{key} v1"] for key in ("silent_message", "silent_write")) == kept.silent == 2
    assert told.acts["missing"] == kept.missing


def test_it_tells_what_of_the_outbox_would_go_and_what_would_not(cast: Cast) -> None:
    treatment = begun(cast, START)
    keep_time(at=on_day(7))
    assert Notice.objects.filter(rule="silent_message", person=treatment.patient, sent_at=None).exists()
    treatment.last_active_at = on_day(7)
    treatment.save(update_fields=["last_active_at"])

    told = rehearse(at=on_day(7) + timedelta(hours=1))

    assert told.sending["silent_message", "dropped: done"] == 1


def test_the_command_says_it_by_rule(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    begun(cast, START)
    monkeypatch.setattr(clock, "now", lambda: on_day(7))

    call_command("run_clock", dry_run=True)

    assert "  silent_message v1: 1\n" in capsys.readouterr().out
    assert not Notice.objects.filter(rule="silent_message").exists()
