"""T8: a scripted week of ten patients in at most a hundred minutes; the time is told to her, and ranks nobody.

No human is measured here. The script spends what a therapist would, by a stated pace for reading, typing and
pressing, in the page's own clock; the product counts it. A usability test with people remains to be done.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

import pytest
from playwright.sync_api import Page, Response, expect

from ikbt.common import clock
from ikbt.treatments.models import ActiveTime, Alert, Feedback, Message, Treatment
from tests.cast import Cast
from tests.ikbt.treatments.nights import nights
from tests.journeys.conftest import DESK, Open
from tests.journeys.stage import offstage
from tests.journeys.turning import TurnedClock
from tests.journeys.walking import fill
from tests.therapist import scenes

pytestmark = pytest.mark.journey
PATIENTS, AT_MOST = 10, timedelta(minutes=100)
# How fast she reads, types and presses: slow rather than fast.
WORDS_A_MINUTE, SIGNS_A_MINUTE, SECONDS_A_PRESS = 180, 150, 3
# As active-time.js beats.
BEAT = 30
FEEDBACK = (
    "Hej! Tack för att du har fyllt i så noga. Du gick ut också de dagar då det tog emot, och jag ser att stämningen "
    "var högre efteråt än du hade gissat. Det är just det vi övar på. Ta med dig två av promenaderna till nästa vecka "
    "på fasta tider, och skriv en rad om vad som hände strax innan du gick. Då ser vi tillsammans vad som hjälper dig."
)
REPLY = (
    "Hej! Det räcker gott med tre rader. Fortsätt där du är, du behöver inte ta igen det som inte blev av."
)
ASSESSMENT = (
    "Ringde. Tankar på döden flera dagar i veckan, inga planer och ingen avsikt. Krisplanen genomgången."
)
QUESTION = (
    "Jag har hoppat över några dagar i dagboken. Ska jag börja om från början eller fortsätta där jag är?"
)


@dataclass
class Week:
    """A therapist at her desk: what she does takes time, in the page's clock and the server's alike."""

    page: Page
    now: datetime
    presses: int = 0
    spent: dict[str, int] = field(default_factory=dict)

    def spend(self, seconds: float) -> None:
        """Work so long on the page, in whole beats; the product hears of it where the page is about a patient."""
        counted = self.page.locator("[data-active-url]").count() > 0
        for _beat in range(ceil(seconds / BEAT)):
            self.now += timedelta(seconds=BEAT)
            clock.move_to(self.now)
            self.page.mouse.move(200 + self.presses % 50, 300)
            if not counted:
                self.page.clock.run_for(BEAT * 1000)
                continue
            with self.page.expect_response(_is_beat):
                self.page.clock.run_for(BEAT * 1000 + 1000)
            where = re.search(r"[0-9a-f-]{36}", self.page.url)
            assert where is not None
            self.spent[where[0]] = self.spent.get(where[0], 0) + BEAT

    def read(self) -> None:
        """All the words of the page."""
        words = self.page.locator("main").inner_text().split()
        self.spend(len(words) / WORDS_A_MINUTE * 60)

    def press(self, *, name: str = "", on: str = "") -> None:
        """One press, on what has this name or stands there."""
        self.presses += 1
        found = self.page.locator(on).first if on else self.page.get_by_role("button", name=name, exact=True)
        found.click()
        self.page.wait_for_load_state("load")

    def write(self, text: str) -> None:
        """Type into the page's one box."""
        self.page.fill("textarea[name=body]", text)
        self.spend(len(text) / SIGNS_A_MINUTE * 60 + SECONDS_A_PRESS)


def _is_beat(response: Response) -> bool:
    return response.url.endswith("/tid/") and response.request.method == "POST"


def ten_and_their_week(cast: Cast) -> list[Treatment]:
    """One at high risk, four modules handed in, three questions, two with nothing new; Anna is an eleventh."""
    ten = [
        scenes.started(f"Patient{n}", unit=cast.alfa, therapist=cast.tove, version=cast.version, days_ago=6)
        for n in range(PATIENTS)
    ]
    scenes.high_alert(ten[0])
    for treatment in ten[1:5]:
        nights(treatment, 6)
        scenes.diary_entry(treatment, "Gick runt sjön fast det regnade, och ringde sedan min syster. " * 4)
        scenes.goal(treatment)
        scenes.hand_in(treatment)
    for treatment in ten[5:8]:
        scenes.write(treatment, QUESTION)
    return ten


@pytest.fixture
def turned(monkeypatch: pytest.MonkeyPatch, server: str) -> TurnedClock:
    """A Monday at nine."""
    turned = TurnedClock(monkeypatch)
    turned.turn_to_day(turned.monday)
    return turned


def test_t8_a_week_of_ten_takes_at_most_a_hundred_minutes_and_the_time_is_hers_to_see(
    opened: Open, turned: TurnedClock, played: Cast
) -> None:
    ten = offstage(ten_and_their_week, played)
    page = opened(played.tove, viewport=DESK)
    page.clock.install(time=clock.now())
    week = Week(page, clock.now())
    began = week.now

    for _patient in range(PATIENTS):
        page.goto("/arbetslista/")
        waiting = page.locator("tr.desk-row .desk-reason a")
        if not waiting.count():
            break
        week.spend(SECONDS_A_PRESS)
        waiting.first.click()
        page.wait_for_load_state("load")
        _answers_what_waits(week)
    for treatment in ten[8:]:
        page.goto(f"/arbetslista/{treatment.pk}/")
        week.read()

    print(f"\nten patients: {(week.now - began).total_seconds() / 60:.0f} min, {week.presses} presses")
    assert week.now - began <= AT_MOST
    assert not Alert.objects.filter(treatment__in=[one.pk for one in ten], closed_at=None).exists()
    assert Feedback.objects.filter(author=played.tove).count() == 4
    assert Message.objects.filter(sender=played.tove, treatment__in=[one.pk for one in ten]).count() == 3
    # Three for each answer but the assessment, whose questions are the protocol's.
    assert week.presses <= PATIENTS * 3
    _is_told_what_was_counted(week, ten, played)
    _ranks_nobody(opened, played)


def _answers_what_waits(week: Week) -> None:
    """Reads, and does what the reason's page asks for."""
    week.read()
    name = week.page.locator(".app-identity__name strong").first.inner_text()
    if "/larm/" in week.page.url:
        _assesses(week, name)
        return
    week.write(REPLY if week.page.url.rstrip("/").endswith("meddelanden") else FEEDBACK)
    week.press(name=f"Skicka till {name}")


def _assesses(week: Week, name: str) -> None:
    rung = (week.now - timedelta(minutes=1)).astimezone(clock.STOCKHOLM)
    said = {"contact": "phone", "contact_at": f"{rung:%Y-%m-%dT%H:%M}", "thoughts": "yes", "plan": "no"}
    more = {"intent": "no", "means": "no", "earlier_attempts": "no", "protective": "Barnen"}
    rest = {"action": "Ringde, gick igenom krisplanen", "level_after": "low", "safety_plan": "reviewed"}
    last = {"outcome": "safety_plan", "next_check_on": f"{rung + timedelta(days=2):%Y-%m-%d}"}
    fields = {**said, **more, **rest, **last}
    fill(week.page, fields)
    week.spend(len(fields) * 3 * SECONDS_A_PRESS)
    week.write(ASSESSMENT)
    week.press(name=f"Stäng larmet för {name}")
    expect(week.page.locator("main")).not_to_contain_text("Något behöver rättas till")


def _is_told_what_was_counted(week: Week, ten: list[Treatment], cast: Cast) -> None:
    """What the product counted is what was spent, patient by patient; the page says it, and what it is not for."""
    rows = ActiveTime.objects.of_staff(cast.tove.pk).between(clock.today(), clock.today())
    counted = dict(rows.values_list("treatment", "seconds"))
    assert {str(key) for key in counted} == set(week.spent) == {str(one.pk) for one in ten}
    for treatment, seconds in counted.items():
        # The last beat of a page may be cut when it is left.
        assert abs(seconds - week.spent[str(treatment)]) <= BEAT, f"{seconds} of {week.spent[str(treatment)]}"
    total = int(sum(counted.values()) / 60 + 0.5)
    week.page.goto("/arbetslista/tid/")
    this_week = week.page.locator("#weeks + * tbody tr").first
    expect(this_week).to_contain_text(str(total))
    expect(this_week.locator("td").nth(1)).to_have_text(str(PATIENTS))
    expect(week.page.locator("main")).to_contain_text("Det används inte för att jämföra eller bedöma någon")


def _ranks_nobody(opened: Open, cast: Cast) -> None:
    """Who did more stands nowhere: her colleague reads her own nought, and her manager finds no page and no number."""
    page = opened(cast.kim, viewport=DESK)
    page.goto("/arbetslista/tid/")
    expect(page.locator("#weeks + * tbody tr").first.locator("td").first).to_have_text("0")
    expect(page.locator("main")).to_contain_text("visas inte: färre än 5 behandlare")
    expect(page.locator("main")).not_to_contain_text("Tove")
    page = opened(cast.manager, viewport=DESK)
    refused = page.goto("/arbetslista/tid/")
    assert refused is not None
    assert refused.status in {403, 404}
    for address in ("/enhet/", "/enhet/kapacitet/", "/enhet/tavla/", "/enhet/medarbetare/"):
        page.goto(address)
        expect(page.locator("main")).not_to_contain_text(
            re.compile("aktiv tid|min(uter)? per patient", re.IGNORECASE)
        )
