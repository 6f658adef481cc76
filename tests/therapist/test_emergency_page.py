"""The emergency form: asks for the second factor, opens one patient with a banner, names no block."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.accounts.session_limits import FRESH
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor
from ikbt.common import clock
from ikbt.treatments.blocking import set_block
from ikbt.treatments.models import EmergencyAccess
from tests.cast import Cast, give, person
from tests.conftest import signed_in_client

URL = "/arbetslista/nodatkomst/"
BANNER = "Du har ingen vårdrelation"


def confirmed(someone: Person, minutes_ago: int = 0) -> Client:
    client = signed_in_client(someone)
    session = client.session
    session[FRESH] = (clock.now() - timedelta(minutes=minutes_ago)).timestamp()
    session.save()
    return client


def written(cast: Cast, **more: str) -> dict[str, str]:
    said = {"who": str(cast.treatment.pk), "reason": "danger", "why": "Hon ringde och är i akut fara."}
    return {**said, **more}


def test_it_opens_the_patient_with_a_banner_on_each_page(cast: Cast) -> None:
    olle = confirmed(cast.olle)

    opened = olle.post(URL, written(cast), follow=True)

    assert opened.redirect_chain == [(f"/arbetslista/{cast.treatment.pk}/", 302)]
    for page in ("", "meddelanden/", "modul/m01/"):
        shown = olle.get(f"/arbetslista/{cast.treatment.pk}/{page}").content.decode()
        assert BANNER in shown, page
    row = Entry.objects.filter(actor=cast.olle.pk, action="read", object_kind="treatment").last()
    assert row is not None
    assert (row.relation, row.role, row.unit) == ("emergency", "therapist", cast.beta.pk)


def test_the_therapist_herself_sees_no_banner(cast: Cast) -> None:
    tove = confirmed(cast.tove)
    opened = tove.post(URL, written(cast), follow=True).content.decode()

    assert BANNER not in opened
    assert not EmergencyAccess.objects.exists()


def test_an_old_second_factor_is_asked_for_again(cast: Cast) -> None:
    olle = confirmed(cast.olle, minutes_ago=6)

    assert olle.post(URL, written(cast), HTTP_ACCEPT="text/html").status_code == 403
    assert not EmergencyAccess.objects.exists()


def test_it_is_ended_from_the_banner(cast: Cast) -> None:
    olle = confirmed(cast.olle)
    olle.post(URL, written(cast))

    assert olle.post(reverse("therapist:end_emergency", args=[cast.treatment.pk])).status_code == 302
    assert olle.get(f"/arbetslista/{cast.treatment.pk}/").status_code == 404


def test_an_ordinary_relation_is_not_ended_so(cast: Cast) -> None:
    tove = confirmed(cast.tove)

    assert tove.post(reverse("therapist:end_emergency", args=[cast.treatment.pk])).status_code == 404
    assert tove.get(f"/arbetslista/{cast.treatment.pk}/").status_code == 200


@pytest.mark.parametrize("fault", [{"reason": ""}, {"why": "kort"}, {"who": "191212121212"}, {"who": ""}])
def test_what_is_missing_is_said_and_nothing_opens(fault: dict[str, str], cast: Cast) -> None:
    shown = confirmed(cast.olle).post(URL, written(cast, **fault))

    assert shown.status_code == 200
    assert "Anna" not in shown.content.decode()
    assert not EmergencyAccess.objects.exists()


def test_a_try_that_finds_nobody_is_logged(cast: Cast) -> None:
    confirmed(cast.olle).post(URL, written(cast, who="191212121212"))

    row = Entry.objects.get(object_kind="emergency access")
    assert (row.actor, row.granted, row.reason) == (cast.olle.pk, False, "nothing found")


def test_a_block_is_asked_about_and_lifted_for_the_hour(cast: Cast) -> None:
    set_block(cast.treatment, against=None, by=Actor(id=cast.anna.pk, role="patient"), at=clock.now())
    olle = confirmed(cast.olle)
    assert "block_lifted" not in olle.get(URL).content.decode()

    refused = olle.post(URL, written(cast)).content.decode()
    assert "block_lifted" in refused
    assert not any(name in refused for name in ("Anna", "Alfa", str(cast.treatment.unit_id)))
    assert Entry.objects.filter(granted=False, reason="block", patient=cast.anna.pk).exists()

    assert olle.post(URL, written(cast, block_lifted="emergency")).status_code == 302


@pytest.mark.parametrize("who", ["anna", "editor", "publisher", "manager", "administrator", "auditor"])
def test_the_form_is_missing_for_other_roles(who: str, cast: Cast) -> None:
    client = confirmed(getattr(cast, who))

    assert client.get(URL).status_code == client.post(URL, written(cast)).status_code == 404


def test_a_supervisor_has_the_form_and_no_list(cast: Cast) -> None:
    supervisor = confirmed(give(person("Sara", "Handledare"), Role.SUPERVISOR, cast.alfa))

    assert supervisor.get(URL).status_code == 200
    assert supervisor.get("/arbetslista/").status_code == 404
    assert supervisor.post(URL, written(cast), follow=True).status_code == 200


def test_b6_a_supervisors_menu_holds_emergency_access_alone(cast: Cast) -> None:
    supervisor = confirmed(give(person("Sara", "Handledare"), Role.SUPERVISOR, cast.alfa))
    supervisor.post(URL, written(cast))

    for page in (URL, f"/arbetslista/{cast.treatment.pk}/"):
        shown = supervisor.get(page).content.decode()
        assert f'href="{URL}"' in shown, page
        assert 'href="/arbetslista/"' not in shown, page


@pytest.mark.parametrize("role", [Role.THERAPIST, Role.COORDINATOR, Role.SUPERVISOR])
def test_b6_whoever_may_use_it_has_it_in_her_menu(role: Role, cast: Cast) -> None:
    client = confirmed(give(person("Sam", "Sorg"), role, cast.alfa))

    assert f'href="{URL}"' in client.get("/start/", follow=True).content.decode()
