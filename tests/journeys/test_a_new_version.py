"""Publishing a new version while a patient is in module 1 changes nothing for her."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.starting import start_treatment
from programs.models import ModulePage, ProgramVersion
from programs.publishing import publish
from tests.cast import DECIDED, Cast
from tests.conftest import signed_in_client
from tests.journeys.stage import Stage, set_stage

NEW = "Den här meningen är ny."


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return set_stage(cast)


def republish(stage: Stage) -> ProgramVersion:
    """Change the first module's title and goal in the editor's draft, and publish for real."""
    module = ModulePage.objects.child_of(stage.page).order_by("path")[0]
    module.goal, module.title = NEW, NEW
    module.save_revision()
    version = publish(stage.page, by=None, at=clock.now(), note="Ny text")
    assert version.modules.order_by("position")[0].document["goal"] == NEW, "the change is in the new version"
    return version


def seen_by(client: Client, stage: Stage) -> list[str]:
    """What her pages say: home, module one and all its steps."""
    own = f"/behandling/{stage.treatment.pk}"
    steps = stage.version.outline["modules"][0]["steps"]
    addresses = [f"{own}/", f"{own}/modul/m01/"]
    addresses += [f"{own}/modul/m01/steg/{step['key']}/" for step in steps]
    return [text_of(client, address) for address in addresses]


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    # Tokens, the keys of forms not yet sent and the seconds left of the session are new each time.
    lines = response.content.decode().splitlines()
    passing = ("csrfmiddlewaretoken", "client_key", "data-session-left")
    return "\n".join(line for line in lines if not any(word in line for word in passing))


def test_publishing_changes_nothing_for_who_has_begun(stage: Stage) -> None:
    client = signed_in_client(stage.klara)
    before = seen_by(client, stage)
    frozen = json.dumps(stage.version.outline, sort_keys=True)

    version = republish(stage)

    stage.treatment.refresh_from_db()
    stage.version.refresh_from_db()
    assert version.pk != stage.version.pk
    assert stage.treatment.version_id == stage.version.pk
    assert json.dumps(stage.version.outline, sort_keys=True) == frozen
    assert seen_by(client, stage) == before


def test_who_begins_after_it_meets_the_new_version(stage: Stage) -> None:
    """Else the test above would pass with a publish that does nothing."""
    version = republish(stage)
    stage.cast.treatment.delete()
    treatment = start_treatment(
        stage.cast.anna,
        version=version,
        unit=stage.cast.alfa,
        therapist=stage.cast.tove,
        starts_on=clock.today(),
        decision=DECIDED,
        by=SYSTEM,
        at=clock.now(),
    )

    page = signed_in_client(stage.cast.anna).get(f"/behandling/{treatment.pk}/modul/m01/")

    assert NEW in page.content.decode()
