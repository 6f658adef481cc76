"""Two browsers in one conversation: each sees that the other is there and writes, only while she lets them."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect

from tests.cast import Cast
from tests.journeys.conftest import DESK, Open
from tests.journeys.walking import Frames

pytestmark = pytest.mark.journey
ON, OFF = "Sätt på", "Stäng av"
TYPED = "Jag gick ut i dag"
# As presence.js counts: writing is shown for six seconds after the last sign, being there for 45.
STILL_MS, GONE_MS = 7_000, 46_000


def line(page: Page) -> Locator:
    return page.locator("[data-presence]")


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


def hears(socket: WebSocket) -> bool:
    return "/ws/behandling/" in socket.url


def sent_by(page: Page) -> list[dict[str, str]]:
    """All that a page says over its sockets from now on."""
    said: list[dict[str, str]] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: said.append(json.loads(frame))))
    return said


def test_each_sees_the_other_come_write_fall_silent_send_and_leave(opened: Open, played: Cast) -> None:
    anna, tove = opened(played.anna), opened(played.tove, viewport=DESK)
    own = f"/behandling/{played.treatment.pk}/meddelanden/"
    desk = f"/arbetslista/{played.treatment.pk}/meddelanden/"
    # Time can be turned in the therapist's browser; until then it goes as it does.
    tove.clock.install()
    heard, said = Frames().of(tove), sent_by(anna)

    tove.goto(desk)
    expect(line(tove)).to_have_count(0)
    anna.goto(own)
    with anna.expect_websocket(hears):
        press(anna, ON)
    tove.goto(desk)

    # She was there first, and the one who comes later sees it at once.
    expect(line(anna)).to_have_text("Tove är här nu.")
    expect(line(tove)).to_have_text("Anna är här nu.")

    anna.locator("#body").press_sequentially(TYPED)
    expect(line(tove)).to_have_text("Anna skriver …")
    tove.locator("#id_body").press_sequentially("Vad")
    expect(line(anna)).to_have_text("Tove skriver …")
    tove.clock.fast_forward(STILL_MS)
    expect(line(tove)).to_have_text("Anna är här nu.")

    with anna.expect_websocket(hears):
        press(anna, "Skicka")
    expect(tove.locator(".app-bubble", has_text=TYPED)).to_be_visible()
    expect(line(tove)).to_have_text("Anna är här nu.")

    # Turned off, the other sees nothing of what she does; what she sends comes all the same.
    press(anna, OFF)
    expect(line(anna)).to_have_count(0)
    tove.clock.fast_forward(GONE_MS)
    expect(line(tove)).to_have_text("")
    anna.locator("#body").press_sequentially("Och i går")
    press(anna, "Skicka")
    expect(tove.locator(".app-bubble", has_text="Och i går")).to_be_visible()
    expect(line(tove)).to_have_text("")

    # Kinds and sides alone went over the wire.
    assert {"here", "writing", "message"} <= set(heard.kinds())
    assert all(set(one) == {"kind", "ids"} for one in heard.received)
    assert {one["kind"] for one in said} == {"here", "writing"}
    assert all(set(one) == {"kind"} for one in said)
