"""The off switch on the manager's page: what is done by rule, in words without a patient, and how it stops."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ikbt.accounts.models import CareUnit
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.common.clock import STOCKHOLM
from ikbt.outbox.models import Notice
from ikbt.treatments.models import AutomaticAct, AutomationSwitch
from ikbt.treatments.switching import Switches, switch_rule
from tests.cast import Cast
from tests.conftest import signed_in_client
from tests.therapist.unit.scene import coordinator

PAGE, WHY = "/enhet/automatik/", "Texten ska ses över först."


@pytest.fixture
def manager(cast: Cast) -> Client:
    return signed_in_client(cast.manager)


def said(unit: CareUnit, **more: str) -> dict[str, str]:
    return {"unit": str(unit.pk), "rule": "silent_message", "turn": "off", "reason": WHY, **more}


def test_the_page_tells_each_rule_with_the_unit_s_numbers_and_its_version(
    cast: Cast, manager: Client
) -> None:
    cast.alfa.thresholds = {"silent_call_days": 12, "silent_letter_days": 0}
    cast.alfa.save()

    shown = manager.get(PAGE).content.decode()

    assert "12 dagar efter att patienten senast gjorde något; 7 om" in shown
    assert "Aldrig: enheten har satt det så" in shown
    assert "Alltid på" in shown


def test_the_log_tells_rule_and_version_and_names_no_patient(cast: Cast, manager: Client) -> None:
    AutomaticAct.objects.create(
        treatment=cast.treatment, rule="silent_call", rule_version=1, key="silent_call:x", at=clock.now()
    )
    AutomaticAct.objects.create(
        treatment=cast.other_treatment, rule="silent_letter", rule_version=1, key="y", at=clock.now()
    )

    shown = manager.get(PAGE).content.decode()

    log = shown.partition("Vad som gjordes senast")[2]
    assert "Uppgift: ring patienten" in log
    assert "Uppgift: ring igen och skicka brev" not in log
    assert not any(name in shown for name in ("Anna", "Lind", str(cast.treatment.pk)))


@pytest.mark.parametrize(("channel", "words"), [("sms", "Skickad med sms"), ("email", "Skickad med e-post")])
def test_the_log_tells_which_way_a_message_went(
    cast: Cast, manager: Client, channel: str, words: str
) -> None:
    key, at = "silent_message:x", clock.now()
    AutomaticAct.objects.create(
        treatment=cast.treatment, rule="silent_message", rule_version=1, key=key, at=at
    )
    Notice.objects.create(
        person=cast.anna, kind="welcome_back", key=key, rule="silent_message", sent_at=at, channel=channel
    )

    log = manager.get(PAGE).content.decode().partition("Vad som gjordes senast")[2]

    assert words in log


def test_the_log_tells_which_message_covered_another(cast: Cast, manager: Client) -> None:
    key, at = "silent_message:x", datetime(2027, 1, 4, 9, 30, tzinfo=STOCKHOLM)
    AutomaticAct.objects.create(
        treatment=cast.treatment, rule="silent_message", rule_version=1, key=key, at=at
    )
    about: dict[str, Any] = {"person": cast.anna, "kind": "reminder"}
    told = Notice.objects.create(**about, key="answer_reminder:x", rule="answer_reminder", sent_at=at)
    why = {"dropped_at": at, "dropped": Notice.Dropped.COVERED, "covered_by": told}
    Notice.objects.create(**about, key=key, rule="silent_message", **why)

    log = manager.get(PAGE).content.decode().partition("Vad som gjordes senast")[2]

    assert "Ingick i meddelandet 4 januari 09:30" in log


def test_a_manager_switches_a_rule_off_and_on_and_who_and_why_is_kept(cast: Cast, manager: Client) -> None:
    manager.post(PAGE, said(cast.alfa))

    assert Switches().off_at(cast.alfa.pk) == {"silent_message"}
    assert Switches().off_at(cast.beta.pk) == frozenset()
    row, entry = AutomationSwitch.objects.get(), Entry.objects.filter(object_kind="automation").get()
    assert (row.by, row.reason) == (cast.manager, WHY)
    assert (entry.actor, entry.reason) == (cast.manager.pk, f"silent_message off at {cast.alfa.pk}")
    shown = manager.get(PAGE).content.decode()
    assert WHY in shown
    assert "Av på enheten" in shown

    manager.post(PAGE, said(cast.alfa, turn="on"))
    assert Switches().off_at(cast.alfa.pk) == frozenset()
    assert AutomationSwitch.objects.count() == 2


def test_all_at_once_stops_everything_but_what_may_not_be_off(cast: Cast, manager: Client) -> None:
    manager.post(PAGE, said(cast.alfa, rule="all"))

    off = Switches().off_at(cast.alfa.pk)
    assert {"silent_task", "answer_reminder", "missing_weekly"} <= off
    assert "escalation" not in off


def test_a_hasty_press_switches_nothing_off(cast: Cast, manager: Client) -> None:
    form = manager.get(PAGE).context["form"]
    assert (form["rule"].value(), form["turn"].value()) == (None, None)
    assert form.fields["rule"].choices[0][0] == ""

    answer = manager.post(PAGE, {"unit": str(cast.alfa.pk), "rule": "", "reason": WHY})

    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {"rule", "turn"}
    assert WHY in answer.content.decode()
    assert not AutomationSwitch.objects.exists()


def test_without_a_reason_nothing_changes_and_what_was_typed_stays(cast: Cast, manager: Client) -> None:
    answer = manager.post(PAGE, said(cast.alfa, reason="för kort"))

    assert answer.status_code == 200
    assert "Skriv varför, med minst tio tecken." in answer.content.decode()
    assert "för kort" in answer.content.decode()
    assert not AutomationSwitch.objects.exists()


def test_nobody_switches_at_another_unit(cast: Cast, manager: Client) -> None:
    answer = manager.post(PAGE, said(cast.beta))

    assert answer.status_code == 200
    assert not AutomationSwitch.objects.exists()


def test_who_does_not_manage_the_unit_finds_no_page(cast: Cast) -> None:
    for someone in (cast.tove, cast.anna, cast.kim, coordinator(cast.alfa)):
        client = signed_in_client(someone)
        assert client.get(PAGE).status_code == 404
        assert client.post(PAGE, said(cast.alfa)).status_code == 404
    assert not AutomationSwitch.objects.exists()


def test_the_service_s_word_stands_over_the_unit_s(cast: Cast) -> None:
    at = clock.now()
    switch_rule("", unit=None, is_off=True, reason=WHY, by=SYSTEM, at=at)
    switch_rule("", unit=cast.alfa, is_off=True, reason=WHY, by=SYSTEM, at=at)
    switch_rule("", unit=cast.alfa, is_off=False, reason=WHY, by=SYSTEM, at=at + timedelta(minutes=1))

    assert Switches().by_whom("silent_call", cast.alfa.pk) == "service"
    assert switch_rule("", unit=None, is_off=True, reason=WHY, by=SYSTEM, at=at) is None


def test_the_command_lists_and_switches(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("automations", "off", rule="silent_call", unit="alfa", why=WHY)

    told = capsys.readouterr().out
    assert "silent_call v1: off (unit). Task: call the patient." in told
    assert "escalation v1: always on." in told
    for wrong, words in (
        ({"rule": "escalation", "why": WHY}, "can't be switched off"),
        ({"rule": "silent_call", "why": "x"}, "Write why"),
        ({"unit": "nowhere", "why": WHY}, "no unit nowhere"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("automations", "off", **wrong)


def test_the_page_costs_the_same_however_much_was_done(cast: Cast, manager: Client) -> None:
    def spent() -> int:
        with CaptureQueriesContext(connection) as queries:
            manager.get(PAGE)
        return len(queries)

    AutomaticAct.objects.create(
        treatment=cast.treatment, rule="silent_call", rule_version=1, key="first", at=clock.now()
    )
    spent()
    few = spent()
    for number in range(60):
        AutomaticAct.objects.create(
            treatment=cast.treatment, rule="silent_call", rule_version=1, key=f"{number}", at=clock.now()
        )

    assert spent() == few
