"""Workflow 9.5: a protected person is not named in any list, and neither number nor phone is shown."""

from __future__ import annotations

import pytest
from django.test import Client

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.relating import give_relation
from tests.access.scene import answer_at_high_risk
from tests.cast import Cast
from tests.conftest import signed_in_client

NUMBER = "199001012385"


@pytest.fixture
def protected(cast: Cast) -> Cast:
    cast.anna.set_number(NUMBER)
    cast.anna.protected_identity = True
    cast.anna.save()
    answer_at_high_risk(cast.treatment)
    return cast


@pytest.mark.parametrize("path", ["/arbetslista/", "/arbetslista/lista/", "/arbetslista/?visa=hog-risk"])
def test_the_list_says_protected_identity_and_no_name(
    path: str, protected: Cast, tove_client: Client
) -> None:
    shown = tove_client.get(path).content.decode()

    assert "Skyddade personuppgifter" in shown
    assert protected.anna.first_name not in shown
    assert protected.anna.last_name not in shown


def test_two_of_them_are_told_apart_in_the_list(protected: Cast) -> None:
    protected.pia.protected_identity = True
    protected.pia.save()
    olle = protected.olle
    shown = signed_in_client(olle).get("/arbetslista/").content.decode()

    assert protected.other_treatment.pk.hex[:4] in shown
    assert protected.treatment.pk.hex[:4] not in shown


def test_her_own_page_shows_neither_number_nor_phone(protected: Cast, tove_client: Client) -> None:
    for page in ("", "meddelanden/", "modul/m01/"):
        shown = tove_client.get(f"/arbetslista/{protected.treatment.pk}/{page}").content.decode()
        assert NUMBER[8:] not in shown.replace("-", ""), page
        assert protected.anna.phone not in shown, page
        assert "Skyddade personuppgifter" in shown, page


def test_a_stand_in_sees_no_name_in_her_list_either(protected: Cast) -> None:
    give_relation(protected.treatment, staff=protected.kim, kind="stand_in", by=SYSTEM, at=clock.now())

    shown = signed_in_client(protected.kim).get("/arbetslista/").content.decode()
    assert "Skyddade personuppgifter" in shown
    assert protected.anna.last_name not in shown
