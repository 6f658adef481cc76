"""D5: what patient, therapist and administrator type in a browser is text wherever it is read, and runs nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from ikbt.accounts.models import Person
from ikbt.treatments.models import Message
from tests.cast import Cast
from tests.hardening.test_scripts import ALL, CORPUS
from tests.journeys.conftest import DESK, Open
from tests.journeys.stage import offstage
from tests.journeys.walking import expect_saved, give_password_and_code
from tests.therapist import scenes

pytestmark = pytest.mark.journey
# A name field is short: one that makes an element, one that leaves an attribute.
FIRST, LAST = "<img src=x onerror=window.__x=1>", '"><svg onload=window.__x=1>'
# Also what the content policy stops is a fault: it shows that something became an element.
WATCH = """
window.__stopped = [];
document.addEventListener("securitypolicyviolation", (event) => window.__stopped.push(event.violatedDirective));
"""


@dataclass
class Watcher:
    """One person's browser: notes what ran, what was stopped, and what was asked of another place."""

    page: Page
    faults: list[str] = field(default_factory=list)
    visited: int = 0

    def begin(self) -> Watcher:
        self.page.add_init_script(WATCH)
        self.page.on("dialog", lambda dialog: self.faults.append(f"dialog {dialog.message}"))
        self.page.on("request", lambda sent: self._asked(sent.url))
        return self

    def _asked(self, url: str) -> None:
        if url.endswith("/x") and "onerror" not in url:
            self.faults.append(f"a picture of the text's own: {url}")

    def look(self) -> None:
        """At the page as it stands."""
        self.visited += 1
        if self.page.evaluate("window.__x") is not None:
            self.faults.append(f"ran on {self.page.url}")
        stopped = self.page.evaluate("window.__stopped")
        if stopped:
            self.faults.append(f"stopped on {self.page.url}: {stopped}")
        if self.page.locator("img[src=x], svg[onload], iframe[srcdoc], [onfocus], [ontoggle]").count():
            self.faults.append(f"became an element on {self.page.url}")

    def visit(self, *paths: str) -> None:
        for path in paths:
            self.page.goto(path)
            self.page.wait_for_load_state("networkidle")
            self.look()


@pytest.fixture
def watchers(played: Cast, opened: Open) -> Iterator[dict[str, Watcher]]:
    """Patient, therapist and administrator, each in a browser of her own; none may end with a fault."""
    offstage(
        lambda: Person.objects.filter(pk__in=[played.anna.pk, played.tove.pk]).update(
            first_name=FIRST, last_name=LAST
        )
    )
    offstage(scenes.hand_in, played.treatment)
    found = {}
    for name, person in (("anna", played.anna), ("tove", played.tove), ("sys", played.administrator)):
        watcher = Watcher(opened(None, viewport=DESK)).begin()
        watcher.page.goto("/logga-in/?next=/konto/")
        give_password_and_code(watcher.page, person)
        expect(watcher.page.locator("form[data-sign-out]")).to_be_visible()
        found[name] = watcher
    yield found
    assert {name: one.faults for name, one in found.items() if one.faults} == {}


def test_d5_typed_text_and_names_run_for_no_reader(watchers: dict[str, Watcher], played: Cast) -> None:
    anna, tove, sys = watchers["anna"], watchers["tove"], watchers["sys"]
    own, desk = [played.treatment.pk], reverse("therapist:messages", args=[played.treatment.pk])
    # The desk stands open meanwhile: what arrives is put into the page by a script.
    tove.visit(desk)

    anna.page.goto(reverse("treatments:step", args=[*own, "m01", "m01-s02"]))
    anna.page.fill("[name=activity]", ALL)
    expect_saved(anna.page)
    anna.look()
    anna.page.goto(reverse("treatments:messages", args=own))
    anna.page.fill("[name=body]", ALL)
    expect_saved(anna.page)
    anna.page.click("#skriv button:text('Skicka')")
    expect(anna.page.locator(".app-bubble").last).to_contain_text(CORPUS[0])
    anna.look()
    expect(tove.page.locator("[data-live]")).to_contain_text(CORPUS[0])
    tove.look()

    tove.page.fill("[name=body]", ALL)
    tove.page.click("#reply button[type=submit]")
    expect(tove.page.locator("[data-live]")).to_contain_text(CORPUS[0])
    tove.look()
    tove.page.goto(reverse("therapist:feedback", args=[*own, "m01"]))
    tove.page.fill("[name=body]", ALL)
    tove.page.click("form.desk-form button[type=submit]")
    tove.page.wait_for_load_state()
    tove.look()

    anna.visit(
        *(reverse(f"treatments:{name}", args=own) for name in ("messages", "curve", "help", "treatment")),
        reverse("treatments:module", args=[*own, "m01"]),
        reverse("treatments:step", args=[*own, "m01", "m01-s02"]),
        *("/konto/", "/min-logg/", "/mina-uppgifter/"),
    )
    tove.visit(
        reverse("therapist:caseload"),
        reverse("therapist:patient", args=own),
        reverse("therapist:feedback", args=[*own, "m01"]),
        desk,
    )
    sys.visit("/django-admin/accounts/person/", f"/django-admin/accounts/person/{played.anna.pk}/change/")
    sys.visit("/django-admin/accounts/roleassignment/")
    bodies = offstage(lambda: list(Message.objects.values_list("pk", flat=True)))
    assert len(bodies) == 2
    assert min(one.visited for one in watchers.values()) >= 3


def test_d5_a_name_of_her_own_for_a_passkey_is_text(watchers: dict[str, Watcher], played: Cast) -> None:
    anna = watchers["anna"]
    anna.page.goto("/konto/passkey/")
    anna.page.evaluate("document.querySelector('form[data-passkey=create]').hidden = false")
    anna.page.fill("input[name=name]", FIRST)
    # Without a ceremony it is refused, and shown again in its field.
    anna.page.evaluate("document.querySelector('form[data-passkey=create]').submit()")
    anna.page.wait_for_load_state()

    expect(anna.page.locator("input[name=name]")).to_have_value(FIRST)
    anna.look()
