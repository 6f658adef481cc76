"""A step's page that is drawn once for all: word by word the ordinary one, and nothing in it is anybody's own."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client
from django.utils.safestring import SafeString

from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock, drawn_once
from ikbt.treatments.access import MyModule
from ikbt.treatments.models import Treatment
from ikbt.treatments.pages import step_once
from ikbt.treatments.starting import start_treatment
from ikbt.treatments.views import step as step_view
from tests.cast import DECIDED, Cast, give, person
from tests.conftest import SignIn
from tests.ikbt.treatments.patient import diary, entry, text_of, url
from tests.therapist import scenes

CHANGES = re.compile(r'(name="(?:csrfmiddlewaretoken|client_key)" value="|data-session-left=")[^"]*')
Page = Callable[[], str]


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    drawn_once._pieces.cache_clear()


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that is drawn to be kept."""
    drawn: list[str] = []

    def draw(template: str, values: dict[str, object]) -> SafeString:
        drawn.append(text := render_to_string(template, values))
        return text

    monkeypatch.setattr(drawn_once, "render_to_string", draw)
    return drawn


def ordinary(request: HttpRequest, _my: MyModule, context: dict[str, object]) -> SafeString:
    return render_to_string(step_once.TEMPLATE, context, request)


def as_ordinary(monkeypatch: pytest.MonkeyPatch, page: Page) -> str:
    with monkeypatch.context() as patch:
        patch.setattr(step_view, "step_once", ordinary)
        return page()


def seen(client: Client, address: str) -> Page:
    def page() -> str:
        response = client.get(address)
        assert response.status_code == 200
        return CHANGES.sub(r"\1", text_of(response))

    return page


@pytest.mark.parametrize("step", ["m01-s01", "m01-s02", "m01-s03"])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_it_is_word_by_word_the_ordinary_page(
    cast: Cast, anna_client: Client, monkeypatch: pytest.MonkeyPatch, step: str, language: str
) -> None:
    anna_client.cookies["django_language"] = language
    page = seen(anna_client, url(cast, "step", "m01", step))

    assert page() == page() == as_ordinary(monkeypatch, page)

    anna_client.post(diary("hand_in_entry", cast), entry(activity="Gick & <b>sprang</b>"))
    anna_client.post(url(cast, "step_done", "m01", step))
    scenes.write(cast.treatment, "Hej Anna", sender=cast.tove)
    anna_client.get(url(cast, "module", "m01"))

    assert page() == page() == as_ordinary(monkeypatch, page)
    assert drawn_once._pieces.cache_info().hits >= 2


def test_two_patients_share_what_is_drawn_and_see_their_own(
    cast: Cast, anna_client: Client, signed_in: SignIn, written: list[str]
) -> None:
    vera = start_treatment(
        give(person("Vera", "Holm"), Role.PATIENT),
        unit=cast.alfa,
        therapist=cast.kim,
        version=cast.version,
        starts_on=clock.today(),
        decision=DECIDED,
        by=SYSTEM,
        at=clock.now(),
    )
    hers = seen(signed_in(vera.patient), f"/behandling/{vera.pk}/modul/m01/steg/m01-s01/")
    annas = seen(anna_client, url(cast, "step", "m01", "m01-s01"))

    first, other = annas(), hers()

    assert drawn_once._pieces.cache_info()[:2] == (1, 1)
    assert str(cast.treatment.pk) in first
    assert str(vera.pk) in other
    for own in (str(cast.treatment.pk), cast.anna.name):
        assert own not in other
    kept = "".join(written)
    assert "Det här är en text." in kept
    for treatment in (cast.treatment, vera):
        assert not any(own in kept for own in owned(treatment))


def owned(treatment: Treatment) -> tuple[str, ...]:
    return str(treatment.pk), treatment.patient.name, treatment.patient.first_name


def test_what_she_wrote_is_never_kept_and_opens_no_hole(
    cast: Cast, anna_client: Client, written: list[str]
) -> None:
    typed = f"Hemligt {step_once.NAME}{drawn_once.TOKEN}"
    anna_client.post(diary("draft", cast), entry(activity=typed))
    anna_client.get(diary("step", cast))

    page = text_of(anna_client.get(diary("step", cast)))

    assert typed in page
    assert "Hemligt" not in "".join(written)


def test_a_notice_stands_on_the_page_that_follows_and_on_no_other(cast: Cast, anna_client: Client) -> None:
    notice = "Det är inlämnat. Bra jobbat."
    anna_client.get(diary("step", cast))

    response = anna_client.post(diary("hand_in_entry", cast), entry(), follow=True)

    assert notice in text_of(response)
    assert notice not in text_of(anna_client.get(diary("step", cast)))


def test_a_treatment_that_has_ended_says_so_on_a_page_that_was_kept(cast: Cast, anna_client: Client) -> None:
    address = url(cast, "step", "m01", "m01-s01")
    running = text_of(anna_client.get(address))
    Treatment.objects.filter(pk=cast.treatment.pk).update(state=Treatment.State.CLOSED)

    assert "Klart, gå vidare" in running
    assert "Klart, gå vidare" not in text_of(anna_client.get(address))
