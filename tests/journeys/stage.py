"""The stage of the walks: the shipped depression program at unit Alfa, and a patient who begins it today."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import connections

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.messaging import send_message
from ikbt.treatments.models import Treatment
from ikbt.treatments.starting import start_treatment
from measurements.models import Occasion
from programs.activating import activate
from programs.importing import import_program
from programs.models import ProgramPage, ProgramVersion, UnitPage
from programs.publishing import publish
from programs.site_tree import ensure_site
from tests.cast import DECIDED, Cast, give, person

P = ParamSpec("P")
T = TypeVar("T")


def offstage(act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run in a thread of its own: in the test's runs Playwright's event loop, and live pushes need theirs."""

    def run() -> T:
        try:
            return act(*args, **kwargs)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(run).result()


@dataclass
class Stage:
    """The cast, the program, and Klara who begins it with Tove; Adam waits for an answer from Tove."""

    cast: Cast
    page: ProgramPage
    version: ProgramVersion
    klara: Person
    treatment: Treatment

    def occasion(self, instrument: str, kind: str = Occasion.Kind.PRE) -> Occasion:
        """An occasion of Klara's."""
        series = Occasion.objects.filter(
            series=self.treatment.series_id, instrument__slug=instrument, kind=kind
        )
        return series.select_related("instrument").order_by("opens_at").get()


def publish_depression(cast: Cast) -> tuple[ProgramPage, ProgramVersion]:
    """The shipped program below Alfa's page, imported and published."""
    at = clock.now()
    ensure_site([cast.alfa, cast.beta], by=None, at=at)
    folder = settings.DATA_DIR_PROGRAMS / "depression"
    page = import_program(folder, unit_page=UnitPage.objects.get(unit=cast.alfa), by=None, at=at)
    version = publish(page, by=None, at=at)
    activate(version, unit=cast.alfa, by=None, at=at, follows=True)
    return page, version


def set_stage(cast: Cast) -> Stage:
    """Everything in the database, through the functions that do it in real life."""
    page, version = publish_depression(cast)
    klara = give(person("Klara", "Holm", phone="070-765 43 21"), Role.PATIENT)
    adam = give(person("Adam", "Abel"), Role.PATIENT)
    begun = [
        start_treatment(
            patient,
            version=version,
            unit=cast.alfa,
            therapist=cast.tove,
            starts_on=clock.today(),
            decision=DECIDED,
            by=SYSTEM,
            at=clock.now(),
        )
        for patient in (klara, adam)
    ]
    send_message(
        begun[1], "Hej, hur börjar jag?", sender=adam, client_key=uuid.uuid4(), by=SYSTEM, at=clock.now()
    )
    return Stage(cast, page, version, klara, begun[0])
