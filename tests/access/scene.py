"""What the doors are tried on: a treatment with an answered occasion and an alert, and all its addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.answering import answer_occasion
from ikbt.treatments.models import Alert, Attachment, Message, Note, Treatment
from measurements.models import Occasion
from measurements.storing import definition_of
from tests.architecture.routes import routes
from tests.therapist.scenes import diary_entry

PATIENTS, DESKS = "treatments:", "therapist:"
HIGH_RISK = [2, 2, 2, 2, 1, 2, 1, 1, 2]
# Set anew for each answer, whoever asks.
_NOISE = re.compile(
    r"name=\"csrfmiddlewaretoken\" value=\"[^\"]*\"|[0-9a-f]{32}|\b[0-9a-f]{8}-[0-9a-f-]{27}\b"
    # A request id as it is read out on the phone.
    r"|<code>[0-9a-f]{4} [0-9a-f]{4}</code>"
)


@dataclass(frozen=True)
class Address:
    """A route with real ids in it."""

    name: str
    methods: tuple[str, ...]
    ids: dict[str, object] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return reverse(self.name, kwargs=self.ids)

    @property
    def missing(self) -> str:
        """The same address of a treatment that does not exist."""
        return reverse(self.name, kwargs={**self.ids, "treatment_id": uuid4()})


def answer_at_high_risk(treatment: Treatment) -> Alert:
    """The patient answers PHQ-9 and raises an alert."""
    occasion = Occasion.objects.filter(series=treatment.series_id, instrument__slug="phq-9", kind="pre").get()
    instrument = definition_of(occasion.instrument)
    answers = {
        item.link_id: next(option.code for option in item.options if option.value == value)
        for item, value in zip(instrument.items, HIGH_RISK, strict=True)
    }
    answered = answer_occasion(
        treatment,
        occasion,
        answers,
        language="sv",
        client_key=uuid4(),
        given_by=treatment.patient,
        by=SYSTEM,
        at=clock.now(),
    )
    if answered.alert is None:
        pytest.fail("item 9 = 2 raises an alert")
    return answered.alert


def addresses(app: str, treatment: Treatment, alert: Alert) -> list[Address]:
    """All addresses of an app that hold a treatment's id."""
    known: dict[str, object] = {
        "treatment_id": treatment.pk,
        "module_key": "m01",
        "step_key": "m01-s02",
        "offer_key": "early",
        "group_key": "focus",
        "occasion_id": alert.occasion_id,
        "alert_id": alert.pk,
        "purpose": "message",
        "act": "pausa",
        "block_id": uuid4(),
        "rest": "hjalp/",
        "note_id": note_about(treatment).pk,
        "exercise": exercise_by(treatment),
        "attachment_id": file_in(treatment).pk,
    }
    return [
        Address(route.name, getattr(route.view, "methods", ("GET",)), {name: known[name] for name in names})
        for route, names in _routes_with_ids(app)
    ]


def exercise_by(treatment: Treatment) -> str:
    """An exercise that she has handed in."""
    return diary_entry(treatment).exercise


def file_in(treatment: Treatment) -> Attachment:
    """A file that she has sent with a message."""
    message = Message.objects.create(
        treatment=treatment,
        sender=treatment.patient,
        from_patient=True,
        body="Här är bilden.",
        sent_at=clock.now(),
        client_key=uuid4(),
        # Whoever looks for what waits for an answer has seen it.
        answered_at=clock.now(),
        read_at=clock.now(),
    )
    return Attachment.objects.create(
        treatment=treatment, message=message, kind="application/pdf", name="x.pdf", size=4, content="JVBERg=="
    )


def note_about(treatment: Treatment) -> Note:
    """What her therapist has written for herself."""
    return Note.objects.create(
        treatment=treatment,
        body="Egen anteckning",
        author=treatment.therapist,
        written_at=clock.now(),
        client_key=uuid4(),
    )


def _routes_with_ids(app: str) -> Iterator[tuple[Any, list[str]]]:
    for route in routes():
        names = re.findall(r"<(?:\w+:)?(\w+)>", route.path)
        if route.name.startswith(app) and "treatment_id" in names:
            yield route, names


def answers_of(client: Client, address: Address, path: str) -> list[tuple[str, int, str]]:
    """For each method: status and body as they would be for anyone."""
    return [(method, *seen(_request(client, method, path))) for method in address.methods]


def _request(client: Client, method: str, path: str) -> HttpResponse:
    ask: Callable[..., Any] = getattr(client, method.lower())
    found: HttpResponse = ask(path, HTTP_ACCEPT="text/html")
    return found


def seen(response: Any) -> tuple[int, str]:
    """Status and body without what differs between any two answers: request id, token, ids in addresses."""
    return response.status_code, _NOISE.sub("", response.content.decode())
