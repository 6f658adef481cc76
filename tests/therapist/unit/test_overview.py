"""B2, B5, B12: a manager lands on her own page: what waits, in numbers, and nothing of the patients."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ikbt.accounts.models import RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.alerting import take_alert
from ikbt.treatments.relating import give_relation
from tests.cast import Cast, give
from tests.therapist import scenes
from tests.therapist.unit.scene import confirmed, coordinator, opened


def shown_to(cast: Cast) -> str:
    return confirmed(cast.manager).get("/start/", follow=True).content.decode()


def test_b12_a_manager_lands_on_her_own_page(cast: Cast) -> None:
    answer = confirmed(cast.manager).get("/start/", follow=True)

    assert answer.redirect_chain == [("/enhet/", 302)]
    shown = answer.content.decode()
    for link in ("/enhet/medarbetare/", "/enhet/vardrelationer/", "/enhet/nodatkomster/"):
        assert f'href="{link}"' in shown


def test_b5_open_high_alerts_are_counted_with_owner_and_age_alone(cast: Cast) -> None:
    assert "Inget larm om hög risk står öppet" in shown_to(cast)
    alert = scenes.high_alert(cast.treatment)
    scenes.high_alert(cast.other_treatment)

    shown = shown_to(cast)

    assert "Hög risk på enheten: 1 larm" in shown
    assert "Ring den ansvariga. Svarar ingen, släpp in någon annan." in shown
    assert "Tove Berg" in shown
    assert "Ingen har tagit det" in shown
    assert not any(word in shown for word in ("Anna", "Olle", "PHQ-9", str(cast.treatment.pk), str(alert.pk)))
    take_alert(alert, staff=cast.tove, by=SYSTEM, at=clock.now())
    assert "Taget av Tove Berg" in shown_to(cast)


def test_what_waits_is_told_in_numbers(cast: Cast) -> None:
    opened(cast.treatment, cast.olle)
    give_relation(cast.treatment, staff=cast.kim, kind="stand_in", by=SYSTEM, at=clock.now())

    shown = shown_to(cast)

    assert "1 nödåtkomst väntar på ditt ställningstagande" in shown
    assert "1 patient har en vårdrelation" in shown
    assert "1 ersättare just nu" in shown
    assert "Behandlare: 2" in shown


def test_b2_patients_whose_therapist_has_left_are_told(cast: Cast) -> None:
    assert "utan behandlare i tjänst" not in shown_to(cast)

    RoleAssignment.objects.filter(person=cast.tove).update(ends_at=clock.now())

    assert "1 patient utan behandlare i tjänst" in shown_to(cast)


def test_b12_a_coordinators_menu_leads_to_the_care_relations(cast: Cast) -> None:
    shown = confirmed(coordinator(cast.alfa)).get("/start/", follow=True).content.decode()

    assert 'href="/enhet/vardrelationer/"' in shown
    assert 'href="/enhet/"' not in shown


def test_a_therapist_who_manages_has_both(cast: Cast) -> None:
    give(cast.manager, Role.THERAPIST, cast.alfa)

    shown = confirmed(cast.manager).get("/arbetslista/").content.decode()

    assert 'href="/enhet/"' in shown


def test_in_english(cast: Cast) -> None:
    cast.manager.language = "en"
    cast.manager.save()
    client: Client = confirmed(cast.manager)
    client.cookies["django_language"] = "en"

    assert (
        "What waits for you as manager"
        in client.get("/enhet/", headers={"accept-language": "en"}).content.decode()
    )


def test_the_page_costs_the_same_for_few_as_for_many(cast: Cast) -> None:
    client = confirmed(cast.manager)

    def spent() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/enhet/").status_code == 200
        return len(scenes.statements(captured))

    scenes.high_alert(cast.treatment)
    few = spent()
    for number in range(6):
        one = scenes.started(f"Vera{number}", unit=cast.alfa, therapist=cast.kim, version=cast.version)
        scenes.high_alert(one)

    assert spent() == few <= 18
