"""E4: information about her data comes at the start in versions, is readable later, and research is hers to decide."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor
from ikbt.common import clock
from ikbt.treatments import consent_texts
from ikbt.treatments.consent_texts import CARE, RESEARCH, texts
from ikbt.treatments.consenting import acknowledge_information, decide_research
from ikbt.treatments.models import Consent, Treatment
from tests.cast import Cast
from tests.conftest import signed_in_client
from tests.ikbt.treatments.patient import url

# A text that somebody has read stays as it was: make a new file with the next number instead.
SHIPPED = {
    (CARE, 1): "50ab5680b847ff911d2cc48cde2123582224a428d28b8c7b43b4f80639944081",
    (RESEARCH, 1): "b06b947ebd602b07f9273549fd82eb9d35e8b1f5f18b4bac1d22086c331e5216",
}


@pytest.fixture
def place(cast: Cast) -> str:
    """Where Anna reads about her data."""
    return url(cast, "information")


def anna(cast: Cast) -> Actor:
    return Actor(id=cast.anna.pk, role="patient")


def marks(cast: Cast) -> tuple[int, bool]:
    """What the treatment carries: version read, research or not."""
    found = Treatment.objects.get(pk=cast.treatment.pk)
    return found.information_read, found.research_consent


def newer(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """A second version comes out."""
    first = texts(kind)[0]
    both = (first, replace(first, version=2, hash="b" * 64))
    monkeypatch.setattr(consent_texts, "texts", lambda asked: both if asked == kind else texts(asked))


def test_e4_a_text_that_was_shown_never_changes() -> None:
    assert {
        (text.kind, text.version): text.hash for kind in (CARE, RESEARCH) for text in texts(kind)
    } == SHIPPED


@pytest.mark.parametrize("kind", [CARE, RESEARCH])
@pytest.mark.parametrize("language", ["sv", "en", "fi"])
def test_e4_each_text_has_the_units_own_names_in_it(kind: str, language: str, cast: Cast) -> None:
    for text in texts(kind):
        told = " ".join(part.text for part in text.parts(language, cast.alfa))
        assert text.title(language)
        assert cast.alfa.provider.name in told
        assert "{" not in told


def test_e4_it_is_shown_at_the_start_and_read_with_one_click(
    cast: Cast, anna_client: Client, place: str
) -> None:
    home = url(cast, "treatment")
    assert f'href="{place}"' in anna_client.get(home).content.decode()
    assert "Läs när det passar dig" in anna_client.get(home).content.decode()
    assert "Region Test är personuppgiftsansvarig" in anna_client.get(place).content.decode()

    anna_client.post(place, {"answer": "read", "version": "1"})

    assert marks(cast) == (1, False)
    assert "Läs när det passar dig" not in anna_client.get(home).content.decode()
    given = Consent.objects.get(treatment=cast.treatment)
    assert (given.kind, given.text_version, given.text_hash) == (CARE, 1, texts(CARE)[0].hash)
    assert (given.given_by, given.at.date()) == (cast.anna, clock.now().date())


def test_e4_what_she_has_read_stays_readable_after_a_newer_one(
    cast: Cast, anna_client: Client, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna_client.post(place, {"answer": "read", "version": "1"})
    newer(monkeypatch, CARE)

    assert "Texten har förnyats" in anna_client.get(url(cast, "treatment")).content.decode()
    read = anna_client.get(place).content.decode()
    assert 'href="?version=1"' in read
    assert "Jag har läst" in read or 'value="read"' in read
    earlier = anna_client.get(place, {"version": "1"}).content.decode()
    assert "Det här är en tidigare version" in earlier
    assert 'value="read"' not in earlier
    anna_client.post(place, {"answer": "read", "version": "2"})
    assert marks(cast)[0] == 2
    assert Consent.objects.filter(treatment=cast.treatment).count() == 2


def test_e4_research_is_off_until_she_says_yes_and_her_care_does_not_ask(
    cast: Cast, anna_client: Client, place: str
) -> None:
    assert marks(cast) == (0, False)
    assert "Det räknas som nej" in anna_client.get(place).content.decode()
    assert anna_client.get(url(cast, "module", "m01")).status_code == 200

    anna_client.post(place, {"answer": "research_yes", "version": "1"})
    assert marks(cast)[1]
    assert "Ditt svar: ja." in anna_client.get(place).content.decode()

    anna_client.post(place, {"answer": "research_no", "version": "1"})
    assert not marks(cast)[1]
    assert "Ditt svar: nej." in anna_client.get(place).content.decode()
    assert [one.agrees for one in Consent.objects.filter(treatment=cast.treatment)] == [True, False]


def test_e4_reading_is_no_consent_to_research(cast: Cast, anna_client: Client, place: str) -> None:
    anna_client.post(place, {"answer": "read", "version": "1"})

    assert marks(cast) == (1, False)


def test_e4_she_may_take_it_back_after_the_treatment_and_whatever_the_version(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide_research(cast.treatment, 1, agrees=True, by=anna(cast), at=clock.now())
    Treatment.objects.filter(pk=cast.treatment.pk).update(state="closed", ended_at=clock.now())
    newer(monkeypatch, RESEARCH)

    decide_research(cast.treatment, 1, agrees=False, by=anna(cast), at=clock.now())

    assert not marks(cast)[1]


def test_e4_a_yes_to_an_old_text_is_asked_again(
    cast: Cast, anna_client: Client, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer(monkeypatch, RESEARCH)

    answer = anna_client.post(place, {"answer": "research_yes", "version": "1"})

    assert answer.status_code == 422
    assert "Texten har förnyats sedan du öppnade sidan" in answer.content.decode()
    assert not Consent.objects.filter(treatment=cast.treatment).exists()


@pytest.mark.parametrize(
    "posted", [{}, {"answer": "read"}, {"answer": "sell", "version": "1"}, {"answer": "read", "version": "x"}]
)
def test_e4_a_broken_answer_changes_nothing(
    posted: dict[str, Any], cast: Cast, anna_client: Client, place: str
) -> None:
    assert anna_client.post(place, posted).status_code == 422
    assert marks(cast) == (0, False)


@pytest.mark.parametrize("asked", ["7", "99999999999999999999"])
def test_e4_a_version_that_there_is_none_of_is_a_missing_page(
    asked: str, anna_client: Client, place: str
) -> None:
    assert anna_client.get(place, {"version": asked}).status_code == 404


def test_e4_the_same_answer_twice_is_kept_once(cast: Cast) -> None:
    first = decide_research(cast.treatment, 1, agrees=True, by=anna(cast), at=clock.now())

    assert decide_research(cast.treatment, 1, agrees=True, by=anna(cast), at=clock.now()) == first


def test_e4_nobody_answers_for_her(cast: Cast, place: str) -> None:
    with pytest.raises(ValidationError):
        decide_research(
            cast.treatment, 1, agrees=True, by=Actor(id=cast.tove.pk, role="therapist"), at=clock.now()
        )
    with pytest.raises(ValidationError):
        acknowledge_information(cast.treatment, 1, by=Actor(id=cast.pia.pk, role="patient"), at=clock.now())
    for who in (cast.tove, cast.pia, cast.manager):
        assert (
            signed_in_client(who).post(place, {"answer": "research_yes", "version": "1"}).status_code == 404
        )

    assert marks(cast) == (0, False)


def test_e4_each_answer_is_logged(cast: Cast, anna_client: Client, place: str) -> None:
    anna_client.post(place, {"answer": "research_yes", "version": "1"})

    row = Entry.objects.get(object_kind="consent")
    assert (row.action, row.patient, row.actor, row.reason) == (
        "create",
        cast.anna.pk,
        cast.anna.pk,
        "research 1: yes",
    )
