"""The patient's page of her course: where it stands, her own pause, going on, asking to end; and whose it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.ending import begin_closing, close_treatment, complete_treatment, discontinue_treatment
from ikbt.treatments.models import Alert, CarePlan, Message, Pause, Treatment
from ikbt.treatments.pausing import pause_treatment
from ikbt.treatments.starting import prepare_treatment
from measurements.models import Occasion
from tests.cast import Cast, give, person
from tests.conftest import SignIn
from tests.ikbt.treatments.courses import WHY, anna, stored, tove
from tests.ikbt.treatments.patient import text_of, url
from tests.therapist.unit.scene import offered

State = Treatment.State


def test_home_and_page_say_where_it_stands_in_every_state(cast: Cast, anna_client: Client) -> None:
    def says(words: str) -> None:
        assert words in text_of(anna_client.get(url(cast, "treatment")))
        shown = text_of(anna_client.get(url(cast, "course")))
        assert words in shown
        assert url(cast, "help") in shown

    says("Sista dagen är planerad till")
    pause_treatment(cast.treatment, days=5, by=tove(cast), at=clock.now(), reason=WHY)
    says("Din behandling är pausad")
    anna_client.post(url(cast, "resume"))
    begin_closing(cast.treatment, by=tove(cast), at=clock.now())
    says("avslutssamtal")
    complete_treatment(cast.treatment, reason=WHY, by=tove(cast), at=clock.now())
    says("Ingen läser det du skriver")
    Treatment.objects.filter(pk=cast.treatment.pk).update(state=State.FOLLOW_UP)
    says("Några frågor kommer då och då")
    close_treatment(stored_as_is(cast), reason=WHY, by=tove(cast), at=clock.now())
    says("Din behandling är avslutad")


def test_who_has_answered_the_last_questions_is_not_asked_to_answer_them(
    cast: Cast, anna_client: Client
) -> None:
    begin_closing(cast.treatment, by=tove(cast), at=clock.now())
    asks = "Svara på frågorna efter behandlingen."
    assert asks in text_of(anna_client.get(url(cast, "course")))

    Occasion.objects.filter(series=cast.treatment.series_id).update(answered_at=clock.now())

    for where in ("course", "treatment"):
        shown = text_of(anna_client.get(url(cast, where)))
        assert asks not in shown
        assert "Din behandlare planerar ett avslutssamtal med dig." in shown


def stored_as_is(cast: Cast) -> Treatment:
    return Treatment.objects.get(pk=cast.treatment.pk)


def test_an_ended_one_tells_the_way_back(cast: Cast, anna_client: Client) -> None:
    discontinue_treatment(cast.treatment, code="time", reason=WHY, by=tove(cast), at=clock.now())
    shown = text_of(anna_client.get(url(cast, "course")))
    assert "Har du ändrat dig?" in shown
    assert "Tala om för min behandlare" not in shown


def test_one_that_has_not_begun_says_when(cast: Cast, signed_in: SignIn) -> None:
    vera = give(person("Vera", "Ny"), Role.PATIENT)
    ready = prepare_treatment(
        vera,
        version=cast.version,
        unit=cast.alfa,
        therapist=cast.tove,
        starts_on=clock.today() + timedelta(days=3),
        by=SYSTEM,
        at=clock.now(),
    )
    shown = text_of(signed_in(vera).get(reverse("treatments:course", args=[ready.pk])))
    assert "har inte börjat än" in shown


def test_she_pauses_and_goes_on_by_herself(cast: Cast, anna_client: Client) -> None:
    assert "14 dagar" in text_of(anna_client.get(url(cast, "course")))

    anna_client.post(url(cast, "pause"), {"days": "6", "reason": "Orkar inte"})

    pause = Pause.objects.get(treatment=cast.treatment)
    assert (stored(cast.treatment).state, pause.days, pause.by_patient) == (State.PAUSED, 6, True)
    assert pause.reason == "Orkar inte"
    row = Entry.objects.filter(action="change", object_kind="course").latest("at")
    assert (row.actor, row.patient) == (cast.anna.pk, cast.anna.pk)

    answer = anna_client.post(url(cast, "resume"), follow=True)
    assert "Välkommen tillbaka" in text_of(answer)
    assert stored(cast.treatment).state == State.ACTIVE


@pytest.mark.parametrize("days", ["", "0", "15", "99", "x", "-3"])
def test_more_than_her_days_or_nonsense_is_refused_and_her_words_stay(
    days: str, cast: Cast, anna_client: Client
) -> None:
    answer = anna_client.post(url(cast, "pause"), {"days": days, "reason": "Orkar inte"})

    assert answer.status_code == 422
    assert "Orkar inte" in text_of(answer)
    assert 'role="alert"' in text_of(answer)
    assert stored(cast.treatment).state == State.ACTIVE


def test_before_she_pauses_she_sees_to_what_day_the_last_one_moves(cast: Cast, anna_client: Client) -> None:
    ends_on = cast.treatment.ends_on
    assert ends_on is not None
    in_a_day, in_two_weeks = (ends_on + timedelta(days=days) for days in (1, 14))
    shown = text_of(anna_client.get(url(cast, "course")))
    assert f"(sista dagen {date_format(in_a_day, 'j F')})" in shown
    assert f"(sista dagen {date_format(in_two_weeks, 'j F')})" in shown

    anna_client.post(url(cast, "pause"), {"days": "14"})
    assert stored(cast.treatment).ends_on == in_two_weeks


def test_without_a_planned_last_day_none_is_promised(cast: Cast, anna_client: Client) -> None:
    Treatment.objects.filter(pk=cast.treatment.pk).update(ends_on=None)

    shown = text_of(anna_client.get(url(cast, "course")))

    assert "1 dag, till" in shown
    assert "(sista dagen" not in shown


def test_when_her_days_are_used_or_a_transfer_waits_it_says_so(cast: Cast, anna_client: Client) -> None:
    offered(cast.treatment, to=cast.beta)
    assert "Du kan inte pausa just nu" in text_of(anna_client.get(url(cast, "course")))
    cast.treatment.transfers.update(answer="withdrawn")
    pause_treatment(cast.treatment, days=14, by=anna(cast), at=clock.now() - timedelta(days=15))
    anna_client.post(url(cast, "resume"))
    assert "Du har använt dina pausdagar" in text_of(anna_client.get(url(cast, "course")))


def test_going_on_without_a_pause_is_refused_in_words(cast: Cast, anna_client: Client) -> None:
    shown = text_of(anna_client.post(url(cast, "resume"), follow=True))
    assert "inte i ett läge där det görs" in shown or "läge" in shown


def test_asking_to_end_tells_her_therapist_with_her_words_and_ends_nothing(
    cast: Cast, anna_client: Client, tove_client: Client
) -> None:
    said = {"reason": "Det hjälper mig inte", "client_key": "11111111-1111-4111-8111-111111111111"}

    for _again in range(2):
        anna_client.post(url(cast, "ask_to_end"), said)

    assert stored(cast.treatment).state == State.ACTIVE
    assert Alert.objects.get(treatment=cast.treatment).kind == Alert.Kind.COURSE
    message = Message.objects.get(treatment=cast.treatment)
    assert message.from_patient
    assert "Det hjälper mig inte" in message.body
    assert "Du har talat om för Tove" in text_of(anna_client.get(url(cast, "course")))
    timeline = tove_client.get(reverse("therapist:patient", args=[cast.treatment.pk])).content.decode()
    assert "Patienten vill avsluta" in timeline


def test_a_wish_on_top_of_another_task_is_told_too(cast: Cast, anna_client: Client) -> None:
    begin_closing(cast.treatment, by=tove(cast), at=clock.now())
    Alert.objects.create(
        treatment=cast.treatment,
        kind=Alert.Kind.COURSE,
        level=Alert.Level.WATCH,
        raised_at=clock.now(),
        due_at=clock.now(),
        owner=cast.tove,
    )
    assert "Tala om för min behandlare" in text_of(anna_client.get(url(cast, "course")))

    anna_client.post(url(cast, "ask_to_end"), {"reason": ""})

    assert "Du har talat om för Tove" in text_of(anna_client.get(url(cast, "course")))
    assert "avsluta min behandling" in Message.objects.get(treatment=cast.treatment).body


@pytest.mark.parametrize("name", ["tove", "kim", "olle", "pia", "manager", "auditor", "administrator"])
def test_nobody_else_finds_her_course(name: str, cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(getattr(cast, name))
    assert client.get(url(cast, "course")).status_code == 404
    for act, said in (("pause", {"days": "3"}), ("resume", {}), ("ask_to_end", {"reason": "Nej"})):
        assert client.post(url(cast, act), said).status_code == 404
    assert stored(cast.treatment).state == State.ACTIVE
    assert not Alert.objects.filter(treatment=cast.treatment).exists()


def test_she_reads_the_plan_that_is_shared_with_her_and_no_other(cast: Cast, anna_client: Client) -> None:
    for body, is_shared in (("Ett tidigare mål.", True), ("Gå ut varje dag.", True)):
        CarePlan.objects.create(
            treatment=cast.treatment,
            kind=CarePlan.Kind.TREATMENT,
            body=body,
            contact_day=CarePlan.Day.TUESDAY,
            is_shared=is_shared,
            author=cast.tove,
            written_at=clock.now(),
        )
    CarePlan.objects.create(
        treatment=cast.treatment,
        kind=CarePlan.Kind.SAFETY,
        body="Bara vårt.",
        author=cast.tove,
        written_at=clock.now(),
    )

    text = text_of(anna_client.get(url(cast, "course")))

    assert "Gå ut varje dag." in text
    assert "tisdag" in text
    assert "Ett tidigare mål." not in text
    assert "Bara vårt." not in text


def test_a_plan_that_is_no_longer_shared_takes_the_earlier_one_away_too(
    cast: Cast, anna_client: Client
) -> None:
    for body, is_shared in (("Delat mål.", True), ("Inte delat.", False)):
        CarePlan.objects.create(
            treatment=cast.treatment,
            kind="treatment",
            body=body,
            is_shared=is_shared,
            author=cast.tove,
            written_at=clock.now(),
        )

    text = text_of(anna_client.get(url(cast, "course")))

    assert "Delat mål." not in text
    assert "Inte delat." not in text
