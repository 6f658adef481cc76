"""What people do in a browser, as steps that several walks share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django_otp.oath import TOTP
from playwright.sync_api import Page, WebSocket, expect

from ikbt.accounts.models import AuthenticatorApp, Person
from ikbt.common import clock
from measurements.instrument import Instrument
from tests.cast import PASSWORD

SUBMIT = "button[type=submit]"
STATUS = "[data-save-status]"


def code_of(person: Person) -> str:
    """The present code of a person's authenticator app; a code already used may be used again."""
    device = AuthenticatorApp.objects.get(user=person)
    AuthenticatorApp.objects.filter(pk=device.pk).update(last_step=-1)
    oath = TOTP(bytes.fromhex(device.seed))
    # As the server's clock stands, which a walk may have turned.
    oath.time = clock.now().timestamp()
    return f"{oath.token():06d}"


def sign_in(page: Page, address: str, person: Person) -> None:
    """Through the real pages: password, then code."""
    page.goto(f"{address}/logga-in/")
    give_password_and_code(page, person)
    expect(page.locator("form[action$='/logga-ut/']")).to_be_visible()


def give_password_and_code(page: Page, person: Person) -> None:
    """On the sign-in page, wherever it leads."""
    page.fill("input[name=email]", person.email)
    page.fill("input[name=password]", PASSWORD)
    page.click(f"main {SUBMIT}")
    page.fill("input[name=code]", code_of(person))
    page.click(f"main {SUBMIT}")


def fill(page: Page, values: Mapping[str, str]) -> None:
    """Fill named fields; a field of buttons gets its button pressed, as a finger would on its label."""
    for name, value in values.items():
        folded = page.locator(f"details:not([open]):has([name='{name}']) > summary")
        if folded.count():
            folded.click()
        button = page.locator(f"label:has([name='{name}'][value='{value}'])")
        if button.count():
            button.click()
        else:
            page.fill(f"[name='{name}']", value)


def expect_saved(page: Page) -> None:
    """The form's own word that all is saved."""
    saved = page.locator(STATUS).get_attribute("data-saved")
    assert saved, "the page says nothing about saving"
    expect(page.locator(STATUS)).to_contain_text(saved.replace("%s", "").strip())


def expect_said(page: Page, which: str) -> None:
    """The form says one of the sentences that its status carries: failed, signed-out, conflict, restored."""
    sentence = page.locator(STATUS).get_attribute(f"data-{which}")
    assert sentence, f"the page has no words for {which}"
    expect(page.locator(STATUS)).to_contain_text(sentence.strip())


def hand_in(page: Page) -> None:
    """Hand in the entry in the form."""
    page.click("form[data-autosave] button[type=submit]:not([formaction]):not([name=rows]):visible")
    expect(page.locator("#dina-svar")).to_be_visible()


def answer(page: Page, instrument: Instrument, values: list[int]) -> None:
    """Answer all questions on one page and hand in; PHQ-9 asks about everyday life on the way."""
    for item, value in zip(instrument.items, values, strict=True):
        code = next(option.code for option in item.options if option.value == value)
        page.locator(f"label:has([name='q_{item.link_id}'][value='{code}'])").click()
    before = page.url
    page.click("button[name=go][value=hand_in]")
    page.wait_for_load_state()
    if (
        page.url.split("#")[0] == before.split("#")[0]
        and page.locator("button[name=go][value=hand_in]").count()
    ):
        page.click("button[name=go][value=hand_in]")


@dataclass
class Frames:
    """What came over a page's sockets. Make it before the page opens."""

    received: list[dict[str, Any]] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    def of(self, page: Page) -> Frames:
        """Listen to all sockets that the page opens from now on."""
        page.on("websocket", self._opened)
        return self

    def _opened(self, socket: WebSocket) -> None:
        self.addresses.append(socket.url)
        socket.on("framereceived", lambda frame: self.received.append(json.loads(frame)))

    def kinds(self) -> list[str]:
        """The kinds of hints, oldest first."""
        return [frame["kind"] for frame in self.received]
