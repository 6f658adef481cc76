"""D3: after signing out no store of the browser holds what was typed, and Back shows nothing of it."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.journeys.conftest import Open
from tests.journeys.stage import offstage
from tests.journeys.walking import STATUS, expect_saved, sign_in

pytestmark = pytest.mark.journey
CANARY = "kanarie7f3a"
TEXT = "[name=activity]"
# Everything that a page can put aside in Chromium, as one text.
STORES = """async () => {
  const found = [JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage}), document.cookie];
  for (const {name} of await indexedDB.databases()) {
    const db = await new Promise((done) => { indexedDB.open(name).onsuccess = (event) => done(event.target.result); });
    for (const store of db.objectStoreNames) {
      const all = db.transaction(store).objectStore(store).getAll();
      found.push(name, JSON.stringify(await new Promise((done) => { all.onsuccess = () => done(all.result); })));
    }
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      found.push(request.url, await (await cache.match(request)).text());
    }
  }
  found.push(...(await navigator.serviceWorker.getRegistrations()).map((one) => one.scope));
  return found.join("\\n");
}"""
PUT_ASIDE = """async (text) => {
  localStorage.setItem("a", text);
  sessionStorage.setItem("a", text);
  await (await caches.open("a")).put("/a", new Response(text));
  await new Promise((done) => {
    const asked = indexedDB.open("a");
    asked.onupgradeneeded = () => asked.result.createObjectStore("a");
    asked.onsuccess = () => {
      const act = asked.result.transaction("a", "readwrite");
      act.objectStore("a").put(text, "a");
      act.oncomplete = done;
    };
  });
}"""


def diary(cast: Cast) -> str:
    return reverse("treatments:step", args=[cast.treatment.pk, "m01", "m01-s02"])


def stores(page: Page) -> str:
    held: str = page.evaluate(STORES)
    return held


def type_without_a_line(page: Page, cast: Cast) -> None:
    """What she types can't be sent, so the device keeps it."""
    page.goto(diary(cast))
    page.context.set_offline(True)
    page.fill(TEXT, CANARY)
    expect(page.locator(STATUS)).to_contain_text("Sparas inte just nu")
    assert CANARY in stores(page)


def shown_when_going_back(page: Page, steps: int) -> str:
    """All that the pages say on the way back through the history."""
    seen = []
    for _ in range(steps):
        page.go_back()
        page.wait_for_load_state()
        seen.append(page.content())
    return "\n".join(seen)


def test_d3_patient_signs_out_and_nothing_of_hers_is_left_or_comes_back(played: Cast, opened: Open) -> None:
    page = opened(played.anna)
    page.goto(reverse("treatments:messages", args=[played.treatment.pk]))
    page.fill("[name=body]", f"Hej, {CANARY}")
    expect_saved(page)
    page.click("#skriv button:text('Skicka')")
    expect(page.locator(".app-bubble")).to_contain_text(CANARY)
    type_without_a_line(page, played)
    page.context.set_offline(False)

    page.click("form[action$='/logga-ut/'] button")
    page.wait_for_url("**/logga-in/**")

    assert CANARY not in stores(page)
    assert CANARY not in shown_when_going_back(page, 2)
    expect(page).to_have_url(re.compile("/logga-in/"))


def test_d3_sign_out_empties_every_store_whatever_put_something_there(played: Cast, opened: Open) -> None:
    page = opened(played.anna)
    page.goto(diary(played))
    page.evaluate(PUT_ASIDE, CANARY)
    assert stores(page).count(CANARY) == 4

    page.click("form[action$='/logga-ut/'] button")
    page.wait_for_url("**/logga-in/**")

    assert CANARY not in stores(page)


def test_d3_therapist_leaves_nothing_either(played: Cast, opened: Open) -> None:
    page = opened(played.tove)
    page.goto(reverse("therapist:messages", args=[played.treatment.pk]))
    page.fill("[name=body]", f"Hej Anna, {CANARY}")
    expect(page.locator("[data-autosave-status]")).not_to_be_empty()
    assert CANARY not in stores(page)

    page.click("form[action$='/logga-ut/'] button")
    page.wait_for_url("**/logga-in/**")

    assert CANARY not in stores(page)
    assert CANARY not in shown_when_going_back(page, 1)


def test_r2_text_that_could_not_be_sent_outlasts_the_time_out(
    played: Cast, opened: Open, server: str
) -> None:
    page = opened(played.anna)
    type_without_a_line(page, played)
    offstage(lambda: Session.objects.all().delete())
    page.context.set_offline(False)

    page.goto(diary(played))
    expect(page).to_have_url(re.compile("/logga-in/"))
    assert CANARY in stores(page)

    sign_in(page, server, played.anna)
    page.goto(diary(played))
    expect(page.locator(TEXT)).to_have_value(CANARY)


def test_d3_another_persons_sign_out_takes_it_from_the_device(
    played: Cast, opened: Open, server: str
) -> None:
    page = opened(played.anna)
    type_without_a_line(page, played)
    offstage(lambda: Session.objects.all().delete())
    page.context.set_offline(False)

    # Pia opens no page with a form: only signing out is left to take Anna's words away.
    sign_in(page, server, played.pia)
    page.goto("/konto/")
    page.click("form[action$='/logga-ut/'] button")
    page.wait_for_url("**/logga-in/**")

    assert CANARY not in stores(page)
