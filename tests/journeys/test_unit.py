"""Nothing falls between chairs: an alert nobody takes goes from desk to desk, and leave is covered by itself."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.core import mail
from django.core.management import call_command
from playwright.sync_api import Page, expect

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.audit.recording import Actor
from ikbt.common import clock
from ikbt.outbox.models import Notice
from ikbt.treatments.models import Alert, CareRelation, Message
from ikbt.treatments.relating import give_relation
from tests.cast import Cast, give, person
from tests.journeys.conftest import DESK, Open
from tests.journeys.stage import offstage
from tests.journeys.turning import TurnedClock
from tests.journeys.walking import SUBMIT
from tests.therapist import scenes

pytestmark = pytest.mark.journey
DESK_OF_ANNA = "tr.desk-row"
HOUR = timedelta(hours=1)
QUESTION = "Ska jag göra övningen också när jag är förkyld?"
REPLY = "Vila tills du är frisk, så tar ni övningen sedan."


@pytest.fixture(autouse=True)
def turned(monkeypatch: pytest.MonkeyPatch, server: str) -> TurnedClock:
    """A Monday at nine, before anybody is there; the opening hours are those of the office."""
    turned = TurnedClock(monkeypatch)
    turned.turn_to_day(turned.monday)
    return turned


def by(someone: Person) -> Actor:
    return Actor(someone.pk, "therapist")


def give_anna_a_line(cast: Cast) -> tuple[Person, Person]:
    """Sara, who stands in for Anna's therapist, and Karim, who coordinates the unit."""
    sara = give(person("Sara", "Holm"), Role.STAND_IN, cast.alfa)
    karim = give(person("Karim", "Haddad"), Role.COORDINATOR, cast.alfa)
    kind = CareRelation.Kind.STAND_IN
    give_relation(cast.treatment, staff=sara, kind=kind, by=by(cast.tove), at=clock.now())
    return sara, karim


def clock_runs() -> None:
    """As cron does it, and once more: what is done stays done once."""
    for _time in range(2):
        offstage(call_command, "run_clock", verbosity=0)


def owner_of(alert: Alert) -> str:
    return Alert.objects.select_related("owner").get(pk=alert.pk).owner.name


def mailed(someone: Person) -> int:
    """How many letters to act on a patient she has got; of late reviews, which say the same, she may get one too."""
    sent = Notice.objects.filter(person=someone, kind=Notice.Kind.TO_ACT, sent_at__isnull=False)
    assert sent.count() == sum(message.to == [someone.email] for message in mail.outbox)
    return sent.exclude(key__startswith="roles:").count()


def high_risk_of_anna(page: Page) -> None:
    """Anna stands first in this list, red, with what she answered; the link leads to the alert."""
    first = page.locator(DESK_OF_ANNA).first
    expect(first).to_contain_text("Anna Lind")
    reason = first.locator(".desk-reason").first
    expect(reason).to_have_attribute("data-tone", "danger")
    expect(reason).to_contain_text("Hög risk: svarade 2 på fråga 9 i PHQ-9")


def alert_is_owned_by(page: Page, name: str) -> None:
    page.locator(f"{DESK_OF_ANNA} .desk-reason a").first.click()
    expect(page.locator("section.desk-alert h1")).to_have_text("Hög risk")
    expect(page.locator("section.desk-alert")).to_contain_text(f"ansvarig: {name}")


def test_t6_a_red_alert_that_nobody_takes_reaches_stand_in_coordinator_and_manager_once_each(
    opened: Open, played: Cast, turned: TurnedClock
) -> None:
    sara, karim = offstage(give_anna_a_line, played)
    alert = offstage(scenes.high_alert, played.treatment)
    raised = clock.now()
    clock_runs()
    assert [mailed(one) for one in (played.tove, sara, karim, played.manager)] == [1, 0, 0, 0]
    _knows_of_it_without_a_name(opened(karim, viewport=DESK), owner="Tove Berg")

    turned.turn_to(raised + HOUR + timedelta(minutes=2))
    clock_runs()
    page = opened(sara, viewport=DESK)
    high_risk_of_anna(page)
    expect(page.locator(DESK_OF_ANNA)).to_contain_text("för Tove Berg")
    alert_is_owned_by(page, "Sara Holm")

    turned.turn_to(raised + 2 * HOUR + timedelta(minutes=2))
    clock_runs()
    page = opened(karim, viewport=DESK)
    page.goto("/arbetslista/")
    high_risk_of_anna(page)
    expect(page.locator(f"{DESK_OF_ANNA} .desk-late").first).to_be_visible()
    alert_is_owned_by(page, "Karim Haddad")

    turned.turn_to(raised + 3 * HOUR + timedelta(minutes=2))
    clock_runs()
    _stands_on_the_managers_page(opened(played.manager, viewport=DESK), played.treatment.pk)

    turned.turn_to(raised + 6 * HOUR)
    clock_runs()
    assert [mailed(one) for one in (played.tove, sara, karim, played.manager)] == [1, 1, 1, 1]
    assert owner_of(alert) == "Maja Chef"
    high_risk_of_anna(opened(played.tove, viewport=DESK))


def _knows_of_it_without_a_name(page: Page, *, owner: str) -> None:
    page.goto("/arbetslista/")
    strip = page.locator("section.desk-strip")
    expect(strip).to_contain_text("Hög risk på enheten: 1 larm")
    expect(strip).to_contain_text(f"Ansvarig: {owner}")
    expect(strip).to_contain_text("Ingen har tagit det.")
    expect(page.locator(DESK_OF_ANNA)).to_have_count(0)
    expect(page.locator("body")).not_to_contain_text("Anna Lind")


def _stands_on_the_managers_page(page: Page, treatment: UUID) -> None:
    """Hers to see to that somebody acts; the patient stays shut to her."""
    page.goto("/enhet/")
    strip = page.locator("section.desk-strip")
    expect(strip).to_contain_text("Hög risk på enheten: 1 larm")
    expect(strip.locator("li")).to_have_count(1)
    expect(strip).to_contain_text("Ansvarig: Maja Chef")
    expect(page.locator("body")).not_to_contain_text("Anna Lind")
    refused = page.goto(f"/arbetslista/{treatment}/")
    assert refused is not None
    assert refused.status in {403, 404}


def test_t7_a_colleague_on_leave_is_covered_without_anyone_doing_anything(
    opened: Open, played: Cast, turned: TurnedClock
) -> None:
    first = turned.monday + timedelta(weeks=1)
    last = first + timedelta(days=3)
    _registers_her_leave(opened(played.tove, viewport=DESK), played, first.isoformat(), last.isoformat())
    page = opened(played.kim, viewport=DESK)
    expect(page.locator("main")).to_contain_text("Du har inga patienter än")

    turned.turn_to_day(first)
    conversation = f"/behandling/{played.treatment.pk}/meddelanden/"
    _writes(opened(played.anna), conversation)
    _is_answered_by_kim(opened(played.kim, viewport=DESK), played.treatment.pk)
    anna = opened(played.anna)
    anna.goto(conversation)
    bubble = anna.locator(".app-bubble", has_text=REPLY)
    expect(bubble.locator(".app-bubble__who")).to_contain_text("Kim Ek")
    answered = Message.objects.get(treatment=played.treatment, from_patient=True)
    assert answered.answered_at is not None

    turned.turn_to_day(last + timedelta(days=1))
    _is_hers_again(opened(played.tove, viewport=DESK))
    _is_let_in_no_more(opened(played.kim, viewport=DESK), played.treatment.pk)


def _registers_her_leave(page: Page, cast: Cast, since: str, until: str) -> None:
    page.goto("/arbetslista/franvaro/")
    page.fill("[name=since]", since)
    page.fill("[name=until]", until)
    page.select_option("[name=stand_in]", str(cast.kim.pk))
    page.get_by_role("button", name="Registrera frånvaron").click()
    expect(page.locator("#messages")).to_contain_text("Frånvaron är registrerad.")


def _writes(page: Page, conversation: str) -> None:
    """She is told who reads while her therapist is away."""
    page.goto(conversation)
    expect(page.locator("main")).to_contain_text("Kim Ek")
    page.fill("[name=body]", QUESTION)
    page.click(f"#skriv {SUBMIT}:not([formaction])")
    expect(page.locator(".app-bubble__text", has_text=QUESTION)).to_be_visible()


def _is_answered_by_kim(page: Page, treatment: UUID) -> None:
    row = page.locator(DESK_OF_ANNA)
    expect(row).to_contain_text("Anna Lind")
    expect(row).to_contain_text("för Tove Berg")
    expect(row.locator(".desk-reason").first).to_contain_text("Obesvarat meddelande")
    row.locator(".desk-reason a").first.click()
    expect(page).to_have_url(re.compile(f"/arbetslista/{treatment}/meddelanden/"))
    expect(page.locator(".app-bubble__text")).to_contain_text(QUESTION)
    page.fill("#reply [name=body]", REPLY)
    page.locator("#reply").locator(SUBMIT).first.click()
    expect(page.locator(".app-bubble__text", has_text=REPLY)).to_be_visible()


def _is_hers_again(page: Page) -> None:
    """Her own list as ever, and what her stand-in wrote stands in the conversation."""
    row = page.locator(DESK_OF_ANNA)
    expect(row).to_contain_text("Anna Lind")
    expect(row).not_to_contain_text("Obesvarat meddelande")
    row.get_by_role("link", name="Anna Lind").click()
    expect(page.locator("main")).to_contain_text(REPLY)


def _is_let_in_no_more(page: Page, treatment: UUID) -> None:
    expect(page.locator("main")).to_contain_text("Du har inga patienter än")
    refused = page.goto(f"/arbetslista/{treatment}/")
    assert refused is not None
    assert refused.status in {403, 404}
