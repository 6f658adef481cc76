"""The course's page: what it says of state and past, each act from it, why one can't be done, and who finds it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.emergency import Why, open_in_emergency
from ikbt.treatments.ending import begin_closing, close_treatment, discontinue_treatment
from ikbt.treatments.models import Transfer, Treatment, TreatmentEvent
from ikbt.treatments.pausing import pause_treatment, resume_treatment
from ikbt.treatments.starting import prepare_treatment
from tests.cast import Cast, give, person
from tests.conftest import SignIn, signed_in_client
from tests.ikbt.treatments.courses import WHY, acting, in_days, stored, tove
from tests.therapist import scenes

State = Treatment.State


def address(cast: Cast, act: str = "") -> str:
    if act:
        return reverse("therapist:change_course", args=[cast.treatment.pk, act])
    return reverse("therapist:course", args=[cast.treatment.pk])


def page(client: Client, cast: Cast) -> str:
    return client.get(address(cast)).content.decode()


def do(client: Client, cast: Cast, act: str, **said: str) -> Treatment:
    """Post an act's form; the course as it stands after it."""
    answer = client.post(address(cast, act), {f"{act}-{name}": text for name, text in said.items()})
    assert answer.status_code == 302, answer.content.decode()
    return stored(cast.treatment)


def test_it_says_where_the_course_stands_and_what_happened_by_whom_and_why(
    cast: Cast, tove_client: Client
) -> None:
    pause_treatment(cast.treatment, days=5, by=tove(cast), at=clock.now(), reason="Ska flytta.")

    shown = page(tove_client, cast)

    assert "Pausad. Den fortsätter av sig själv" in shown
    assert "Behandlingen pausad" in shown
    assert "Tove Berg. Till" in shown
    assert "Ska flytta" in shown
    assert "Bedömd, programmet passar." in shown
    row = Entry.objects.filter(action="read", patient=cast.anna.pk).latest("at")
    assert (row.actor, row.object_kind) == (cast.tove.pk, "treatment")


def test_whose_course_it_is_stands_on_top_beside_its_dates(cast: Cast, tove_client: Client) -> None:
    context = tove_client.get(address(cast)).context

    assert [one["label"] for one in context["facts"]] == ["Program", "Vecka"]
    assert context["dates"][0][0] == "Start"


def test_weeks_that_were_added_count_wherever_the_week_is_told(cast: Cast, tove_client: Client) -> None:
    weeks = int(cast.version.outline["weeks"]) + 2
    do(tove_client, cast, "forlang", weeks="2", reason=WHY)

    patient = signed_in_client(cast.anna).get(reverse("treatments:treatment", args=[cast.treatment.pk]))
    assert f"Vecka 1 av {weeks}" in patient.content.decode()
    assert {"label": "Vecka", "value": f"1 av {weeks}"} in tove_client.get(address(cast)).context["facts"]
    row = tove_client.get(reverse("therapist:caseload")).context["caseload"].rows[0]
    assert row.weeks == weeks


def test_an_offer_that_was_taken_back_is_not_called_declined(cast: Cast, tove_client: Client) -> None:
    said = {"to": str(cast.beta.pk), "summary": WHY, "legal_basis": "wish", "consents": "on"}
    do(tove_client, cast, "erbjud", **said)
    do(tove_client, cast, "ta-tillbaka")

    patient = tove_client.get(reverse("therapist:patient", args=[cast.treatment.pk])).content.decode()
    for shown in (page(tove_client, cast), patient):
        assert "Erbjudandet till en annan enhet togs tillbaka" in shown
        assert "Överflyttning avböjd" not in shown


def test_what_can_not_be_done_says_why(cast: Cast, tove_client: Client) -> None:
    shown = page(tove_client, cast)
    assert "Görs bara i läget pausad." in shown
    assert "Görs bara i läget vidmakthållande, uppföljning eller avbruten." in shown

    scenes.high_alert(cast.treatment)
    discontinue_treatment(cast.treatment, code="time", reason=WHY, by=tove(cast), at=clock.now())

    shown = page(tove_client, cast)
    assert "Ett larm är öppet: avsluta det först." in shown
    assert f'action="{address(cast, "stang")}"' not in shown
    assert f'action="{address(cast, "ateroppna")}"' in shown


def test_the_pause_form_says_how_far_the_last_day_may_move(cast: Cast, tove_client: Client) -> None:
    moves = "Den planerade sista dagen, 28 juni 2027, flyttas lika många dagar: som mest till 26 juli 2027."
    Treatment.objects.filter(pk=cast.treatment.pk).update(ends_on=date(2027, 6, 28))
    assert moves in page(tove_client, cast)

    Treatment.objects.filter(pk=cast.treatment.pk).update(ends_on=None)
    assert "Den planerade sista dagen" not in page(tove_client, cast)


def test_a_course_from_pause_to_closed_by_the_page_alone(cast: Cast, tove_client: Client) -> None:
    until = (clock.today() + timedelta(days=7)).isoformat()
    assert do(tove_client, cast, "pausa", until=until, reason="Ska resa bort").state == State.PAUSED
    assert do(tove_client, cast, "aterupptag").state == State.ACTIVE
    before = stored(cast.treatment).ends_on
    assert do(tove_client, cast, "forlang", weeks="2", reason="Mer tid").ends_on != before
    assert do(tove_client, cast, "avrunda").state == State.CLOSING
    assert do(tove_client, cast, "fullfolj", reason="Plan gjord").state == State.MAINTENANCE
    assert do(tove_client, cast, "stang", reason="Allt klart").state == State.CLOSED
    assert do(tove_client, cast, "ateroppna", reason="Kom tillbaka").state == State.ACTIVE
    found = do(tove_client, cast, "avbryt", code="time", reason="Hinner inte")
    assert (found.state, found.end_reason) == (State.DISCONTINUED, "time")


@pytest.mark.parametrize(
    ("act", "said", "told"),
    [
        ("pausa", {"until": "2099-01-01", "reason": "Ska flytta"}, "28"),
        ("pausa", {"until": "i morgon", "reason": "Ska flytta"}, "datum"),
        ("pausa", {"until": "", "reason": "Ska flytta"}, "alert"),
        ("forlang", {"weeks": "9", "reason": "Ska flytta"}, "handledare"),
        ("avbryt", {"code": "", "reason": "Ska flytta"}, "alert"),
        ("avbryt", {"code": "time", "reason": "x"}, "Skriv varför"),
        ("erbjud", {"to": "", "summary": "Ska flytta", "legal_basis": "care"}, "alert"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_keeps_what_was_typed(
    act: str, said: dict[str, str], told: str, cast: Cast, tove_client: Client
) -> None:
    answer = tove_client.post(address(cast, act), {f"{act}-{name}": text for name, text in said.items()})

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert told in shown
    assert said.get("reason", said.get("summary", "")) in shown
    assert stored(cast.treatment).state == State.ACTIVE


def test_more_weeks_are_approved_by_a_supervisor_of_the_unit(cast: Cast, tove_client: Client) -> None:
    stina = give(person("Stina", "Stöd"), Role.SUPERVISOR, cast.alfa)
    ends_on = cast.treatment.ends_on
    assert ends_on is not None

    found = do(tove_client, cast, "forlang", weeks="6", reason="Mer tid", approved_by=str(stina.pk))

    assert found.ends_on == ends_on + timedelta(weeks=6)


def test_an_offer_needs_her_consent_and_keeps_by_what_right(cast: Cast, tove_client: Client) -> None:
    said = {"to": str(cast.beta.pk), "summary": "Flyttar till Beta", "legal_basis": "wish"}
    posted = {f"erbjud-{name}": text for name, text in said.items()}
    refused = tove_client.post(address(cast, "erbjud"), posted)
    assert "Patienten måste" in refused.content.decode()
    assert not Transfer.objects.filter(treatment=cast.treatment).exists()

    do(tove_client, cast, "erbjud", **said, consents="on")

    step = TreatmentEvent.objects.get(treatment=cast.treatment, kind="transfer_offered")
    assert (step.details["consents"], step.details["legal_basis"]) == (True, "wish")
    assert "Vårdcentralen Beta svarar senast" in page(tove_client, cast)
    do(tove_client, cast, "ta-tillbaka")
    assert Transfer.objects.get(treatment=cast.treatment).answer == "withdrawn"


def test_a_prepared_treatment_is_signed_by_its_therapist_and_started(
    cast: Cast, tove_client: Client, signed_in: SignIn
) -> None:
    vera = give(person("Vera", "Ny"), Role.PATIENT)
    cast.treatment = prepare_treatment(
        vera,
        version=cast.version,
        unit=cast.alfa,
        therapist=cast.tove,
        stand_in=cast.kim,
        starts_on=clock.today(),
        by=SYSTEM,
        at=clock.now(),
    )
    kims = page(signed_in(cast.kim), cast)
    assert "Det är ansvarig behandlare som signerar beslutet." in kims
    assert "Beslutet är inte signerat." in kims

    do(tove_client, cast, "signera", reason="Bedömd i dag", level="guided", safety_plan_seen="on")

    assert do(tove_client, cast, "starta").state == State.ACTIVE
    assert stored(cast.treatment).decision.signed_by == cast.tove


def test_a_decision_without_the_safety_plan_is_not_signed(cast: Cast, tove_client: Client) -> None:
    vera = give(person("Vera", "Ny"), Role.PATIENT)
    start = {"version": cast.version, "unit": cast.alfa, "therapist": cast.tove}
    cast.treatment = prepare_treatment(vera, **start, starts_on=clock.today(), by=SYSTEM, at=clock.now())  # type: ignore[arg-type]

    answer = tove_client.post(
        address(cast, "signera"), {"signera-reason": "Bedömd i dag", "signera-level": "guided"}
    )

    assert answer.status_code == 422
    assert "krisplan" in answer.content.decode()


def test_emergency_access_reads_and_is_offered_nothing(cast: Cast, signed_in: SignIn) -> None:
    open_in_emergency(
        cast.treatment,
        staff=cast.kim,
        why=Why("danger", "Hon ringde och är i akut fara."),
        confirmed=True,
        by=acting(cast.kim),
        at=clock.now(),
    )
    kim = signed_in(cast.kim)

    assert "/gang/avrunda/" not in page(kim, cast)
    assert kim.post(address(cast, "avrunda")).status_code == 403
    assert stored(cast.treatment).state == State.ACTIVE


def test_an_act_that_does_not_exist_is_not_found(cast: Cast, tove_client: Client) -> None:
    assert tove_client.post(address(cast, "radera")).status_code == 404


def test_the_queries_do_not_grow_with_what_has_happened(cast: Cast, tove_client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            page(tove_client, cast)
        return len(found)

    page(tove_client, cast)
    few = queries()
    for day in range(4):
        pause_treatment(cast.treatment, days=2, by=tove(cast), at=in_days(day), reason=WHY)
        resume_treatment(cast.treatment, by=tove(cast), at=in_days(day))

    assert queries() <= few


def test_the_patients_page_leads_to_it(cast: Cast, tove_client: Client) -> None:
    shown = tove_client.get(reverse("therapist:patient", args=[cast.treatment.pk])).content.decode()
    assert f'href="{address(cast)}"' in shown


def test_it_is_in_english_too(cast: Cast) -> None:
    cast.tove.language = "en"
    cast.tove.save()
    client = signed_in_client(cast.tove)
    begin_closing(cast.treatment, by=tove(cast), at=clock.now())
    discontinue_treatment(cast.treatment, code="time", reason=WHY, by=tove(cast), at=clock.now())
    close_treatment(cast.treatment, reason=WHY, by=tove(cast), at=clock.now())
    shown = client.get(address(cast), headers={"accept-language": "en"}).content.decode()
    assert "The case is closed." in shown
