"""D5: what somebody writes is shown as text wherever it is read, and runs nowhere."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from programs.sanitising import clean
from tests.cast import Cast
from tests.conftest import signed_in_client
from tests.ikbt.treatments.patient import entry, url
from tests.therapist import scenes

pytestmark = pytest.mark.django_db
CORPUS = [
    "<script>window.__x=1</script>",
    "<img src=x onerror=window.__x=1>",
    '"><svg onload=window.__x=1>',
    "' autofocus onfocus='window.__x=1",
    "</textarea><script>window.__x=1</script>",
    "</title><script>window.__x=1</script>",
    '<a href="javascript:window.__x=1">klicka</a>',
    "<iframe srcdoc='<script>parent.__x=1</script>'></iframe>",
    "<details open ontoggle=window.__x=1>",
    "<math><mi//xlink:href='data:x,<script>window.__x=1</script>'>",
    "{{constructor.constructor('window.__x=1')()}}",
    "<style>@import 'x'</style><body onload=window.__x=1>",
    "\u003cscript\u003ewindow.__x=1\u003c/script\u003e",
]
ALL = " ".join(CORPUS)


class Dangers(HTMLParser):
    """Elements and attributes that could run what somebody wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name.startswith("on") or (
                "javascript:" in (value or "") and name in {"href", "src", "action"}
            ):
                self.found.append(f"{tag} {name}")
        inline = tag == "script" and "src" not in dict(attrs) and ("type", "application/json") not in attrs
        if inline or tag in {"iframe", "object", "embed", "style", "math"}:
            self.found.append(tag)


def dangers(html: str) -> list[str]:
    seen = Dangers()
    seen.feed(html)
    return seen.found


@pytest.fixture
def pages(cast: Cast) -> dict[str, str]:
    """The corpus written in every free text, and the pages where it is read."""
    anna, tove = signed_in_client(cast.anna), signed_in_client(cast.tove)
    treatment = cast.treatment.pk
    alert = scenes.high_alert(cast.treatment)
    anna.post(url(cast, "messages"), {"body": ALL, "client_key": str(uuid4())})
    anna.post(url(cast, "hand_in_entry", "m01", "m01-s02"), entry(activity=ALL))
    scenes.hand_in(cast.treatment)
    feedback = reverse("therapist:feedback", args=[treatment, "m01"])
    key = str(uuid4())
    tove.post(feedback, {"body": ALL, "client_key": key, "revision": "0", "next": "hold", "reason": ALL})
    tove.post(reverse("therapist:messages", args=[treatment]), {"body": ALL, "client_key": str(uuid4())})
    place = reverse("therapist:alert", args=[treatment, alert.pk])
    tove.post(reverse("therapist:take_alert", args=[treatment, alert.pk]))
    tove.post(place, {"outcome": "", "body": ALL, "plan": ALL, "intent": ALL})
    hers = ["messages", "curve", "help"]
    read: dict[str, Any] = {name: anna.get(url(cast, name)) for name in hers}
    read["step"] = anna.get(url(cast, "step", "m01", "m01-s02"))
    read["module"] = anna.get(url(cast, "module", "m01"))
    read["home"] = anna.get(reverse("treatments:home"), follow=True)
    for path in (
        feedback,
        place,
        reverse("therapist:caseload"),
        reverse("therapist:patient", args=[treatment]),
    ):
        read[path] = tove.get(path)
    read["desk messages"] = tove.get(reverse("therapist:messages", args=[treatment]))
    read["not right"] = Client().post("/logga-in/", {"email": ALL, "password": "x"})
    return {name: response.content.decode() for name, response in read.items()}


def test_d5_what_was_written_is_text_on_every_page(pages: dict[str, str]) -> None:
    assert {name: found for name, html in pages.items() if (found := dangers(html))} == {}
    shown = [name for name, html in pages.items() if "&lt;script&gt;window.__x=1" in html]
    assert {"messages", "desk messages", "step"} <= set(shown), "else nothing was tried"


@pytest.mark.parametrize("text", CORPUS[:9])
def test_d5_the_check_sees_what_would_run(text: str) -> None:
    prepared = text if text.startswith(("<", '"')) else f"<input value='{text}'>"
    assert dangers(prepared) != []


def test_d5_a_browser_runs_none_of_it(pages: dict[str, str], browser: Browser) -> None:
    """Without any policy of headers: escaping alone must do."""
    page = browser.new_page()
    page.route("**/*", lambda route: route.abort())
    said: list[str] = []
    page.on("dialog", lambda dialog: said.append(dialog.message))
    for name, html in pages.items():
        page.set_content(html, wait_until="domcontentloaded")
        assert page.evaluate("window.__x") is None, name
    page.set_content(CORPUS[1], wait_until="domcontentloaded")
    page.wait_for_function("window.__x === 1")
    page.close()
    assert said == []


@pytest.mark.parametrize("text", CORPUS)
def test_d5_a_programs_text_is_cleaned(text: str) -> None:
    assert dangers(clean(f"<p>{text}</p>")) == []
