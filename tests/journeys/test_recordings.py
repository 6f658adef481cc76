"""A recording goes on where it was left, and starts by nobody but the patient."""

from __future__ import annotations

import io
import wave
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from ikbt.treatments.models import Treatment
from tests.cast import Cast
from tests.journeys.conftest import Open
from tests.journeys.region import session_of
from tests.journeys.stage import offstage
from tests.journeys.test_every_program import Course, begin
from tests.programs.conftest import Folder

SECONDS, RATE = 120, 8000
AT = "document.querySelector('audio').currentTime"


def recorded() -> bytes:
    """Two minutes of silence: more than a browser fetches at once."""
    made = io.BytesIO()
    with wave.open(made, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(RATE)
        out.writeframes(b"\x80" * SECONDS * RATE)
    return made.getvalue()


def begun(cast: Cast, place: Path) -> tuple[Course, str]:
    """A patient of a program whose first step has a recording, and where that step is."""
    place.mkdir()
    folder = Folder(place)
    (place / "media").mkdir()
    (place / "media" / "lugn.wav").write_bytes(recorded())
    parts = {"alt": "", "caption": "Lugn andning", "transcript": "Andas.", "captions": None}
    folder.first["steps"][0]["blocks"].append({"type": "audio", "file": "media/lugn.wav", **parts})
    course = begin(cast, str(folder.written()))
    treatment = Treatment.objects.of_patient(course.patient.pk).get()
    return course, reverse("treatments:step", args=[treatment.pk, "m01", "m01-s01"])


def test_it_goes_on_where_it_was_left(played: Cast, opened: Open, server: str, tmp_path: Path) -> None:
    course, address = offstage(begun, played, tmp_path / "mod")
    page = opened(None)
    key = offstage(session_of, course.patient)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server}])

    page.goto(address)
    expect(page.locator("audio")).to_have_js_property("paused", True)
    assert not loaded(page)
    load(page)
    assert page.evaluate(AT) == 0
    page.evaluate(f"() => {{ {AT} = 95 }}")
    page.wait_for_function(f"() => {AT} > 94 && Object.values(sessionStorage).includes('95')")

    page.reload()
    assert not loaded(page)
    load(page)
    page.wait_for_function(f"() => {AT} === 95")

    page.evaluate(f"() => {{ {AT} = 119 }}")
    page.wait_for_function("() => Object.values(sessionStorage).includes('119')")
    page.reload()
    load(page)
    assert page.evaluate(AT) == 0


def loaded(page: Page) -> bool:
    return bool(page.evaluate("document.querySelector('audio').readyState > 0"))


def load(page: Page) -> None:
    """As pressing play does, without the sound."""
    page.evaluate("() => { const one = document.querySelector('audio'); one.preload = 'auto'; one.load() }")
    page.wait_for_function("() => document.querySelector('audio').readyState >= 2")
