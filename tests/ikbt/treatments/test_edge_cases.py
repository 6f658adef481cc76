"""The edge cases of a treatment, one test named after each that concerns the course; docs/flows/course.md lists all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.common.clock import STOCKHOLM, local_date
from ikbt.outbox.models import Notice
from ikbt.treatments.assisting import answer_for_patient
from ikbt.treatments.deciding_sleep_window import Decision as WindowDecision
from ikbt.treatments.deciding_sleep_window import decide_sleep_window
from ikbt.treatments.dying import record_death
from ikbt.treatments.emergency import Why, open_in_emergency
from ikbt.treatments.ending import begin_closing, complete_treatment, discontinue_treatment
from ikbt.treatments.handing_over import hand_over
from ikbt.treatments.models import (
    Alert,
    CareRelation,
    Message,
    ModuleProgress,
    SleepWindow,
    Transfer,
    Treatment,
    TreatmentEvent,
    WorksheetEntry,
)
from ikbt.treatments.pausing import pause_treatment, resume_treatment
from ikbt.treatments.reopening import reopen_treatment
from ikbt.treatments.saving import Place, save_draft
from ikbt.treatments.starting import Decision, prepare_treatment, start_treatment
from ikbt.treatments.timekeeping import keep_time
from ikbt.treatments.transferring import accept_transfer, offer_transfer
from measurements.models import Occasion
from programs.activating import withdraw
from tests.cast import DECIDED, Cast, give, person, published
from tests.ikbt.treatments.courses import WHY, acting, anna, in_days, stored, tove
from tests.ikbt.treatments.patient import text_of, url
from tests.therapist import scenes
from tests.therapist.unit.scene import confirmed

State = Treatment.State


def start_of(cast: Cast, **more: Any) -> dict[str, Any]:
    start = {"version": cast.version, "unit": cast.alfa, "therapist": cast.tove, "starts_on": clock.today()}
    return {**start, "by": SYSTEM, "at": clock.now(), **more}


def test_1_change_of_therapist_moves_what_is_open_and_tells_the_patient(cast: Cast) -> None:
    alert = scenes.high_alert(cast.treatment)

    hand_over(cast.treatment, to=cast.kim, reason="Tove är ledig", by=acting(cast.tove), at=clock.now())

    assert stored(cast.treatment).therapist == cast.kim
    alert.refresh_from_db()
    assert (alert.owner, alert.closed_at) == (cast.kim, None)
    told = Notice.objects.filter(key__startswith="therapist:").values_list("person", flat=True)
    assert {cast.anna.pk, cast.tove.pk, cast.kim.pk} == set(told)
    assert not Treatment.objects.cared_for_by(cast.tove.pk, in_days(1)).filter(pk=cast.treatment.pk).exists()


def test_1_an_absent_therapists_red_alert_reaches_the_unit_manager(cast: Cast) -> None:
    alert = scenes.high_alert(cast.treatment)
    cast.tove.roles.update(ends_at=clock.now())

    keep_time(at=in_days(5))

    alert.refresh_from_db()
    assert alert.owner == cast.manager


def test_2_a_withdrawn_program_takes_no_new_starts_and_those_that_run_finish(cast: Cast) -> None:
    withdraw(cast.version, reason="Ersatt av en ny", by=cast.publisher, at=clock.now())
    vera = give(person("Vera", "Ny"), Role.PATIENT)

    with pytest.raises(ValidationError):
        start_treatment(vera, **start_of(cast), decision=DECIDED)

    begin_closing(cast.treatment, by=tove(cast), at=clock.now())
    complete_treatment(cast.treatment, reason=WHY, by=tove(cast), at=clock.now())
    assert stored(cast.treatment).version == cast.version


def test_3_transfer_between_units_shows_flags_before_and_nothing_new_after(cast: Cast) -> None:
    alert = scenes.high_alert(cast.treatment)
    offer = offer_transfer(
        cast.treatment, to=cast.beta, summary="Flyttar.", consents=True, by=tove(cast), at=clock.now()
    )
    assert stored(cast.treatment).unit == cast.alfa

    accept_transfer(offer, therapist=cast.olle, by=acting(cast.olle), at=clock.now())

    alert.refresh_from_db()
    assert (stored(cast.treatment).unit, alert.owner, alert.taken_at) == (cast.beta, cast.olle, None)
    kept = Transfer.objects.get(pk=offer.pk).kept or ""
    scenes.write(cast.treatment, "Skrivet efter flytten")
    assert "Skrivet efter" not in kept
    assert (
        not Treatment.objects.cared_for_by(cast.tove.pk, clock.now()).filter(pk=offer.treatment_id).exists()
    )


def test_5_protected_identity_may_turn_on_in_the_middle(cast: Cast) -> None:
    manager = confirmed(cast.manager)
    page = reverse("unit:relations")
    assert "Anna Lind" in manager.get(page).content.decode()

    Person.objects.filter(pk=cast.anna.pk).update(protected_identity=True)

    assert "Anna" not in manager.get(page).content.decode()


def test_7_an_ended_course_is_kept_with_its_events_and_words(cast: Cast) -> None:
    """Erasure takes drafts and settings, never the record: tests/ikbt/privacy/test_erasing.py."""
    scenes.diary_entry(cast.treatment, "Promenad")
    discontinue_treatment(cast.treatment, code="time", reason=WHY, by=tove(cast), at=clock.now())

    keep_time(at=in_days(400))

    found = stored(cast.treatment)
    assert TreatmentEvent.objects.filter(treatment=found, kind="discontinued").get().reason == WHY
    assert WorksheetEntry.objects.filter(treatment=found).exists()


def test_8_a_patient_who_dies_gets_nothing_more(cast: Cast) -> None:
    Notice.objects.create(person=cast.anna, kind=Notice.Kind.REMINDER, key="reminder:edge")
    pause_treatment(cast.treatment, days=10, by=anna(cast), at=clock.now())

    record_death(cast.treatment, died_on=clock.today(), by=tove(cast), at=clock.now())
    keep_time(at=in_days(100))

    assert not Notice.objects.filter(person=cast.anna, sent_at=None).exists()
    assert stored(cast.treatment).end_reason == "deceased"


def test_8_a_patient_who_moves_away_is_ended_with_that_as_the_reason(cast: Cast) -> None:
    discontinue_treatment(
        cast.treatment, code="moved", reason="Flyttar utomlands", by=tove(cast), at=clock.now()
    )
    assert stored(cast.treatment).end_reason == "moved"


def test_8_without_her_e_id_her_answers_are_entered_by_phone_and_the_course_goes_on(cast: Cast) -> None:
    occasion = Occasion.objects.get(
        series=cast.treatment.series_id, instrument__slug="phq-9", kind=Occasion.Kind.PRE
    )
    answered = answer_for_patient(
        cast.treatment,
        occasion,
        scenes.codes("phq-9", scenes.SAFE),
        mode="phone",
        seen="",
        language="sv",
        client_key=cast.treatment.pk,
        given_by=cast.tove,
        by=tove(cast),
        at=clock.now(),
    )
    assert answered.alert is None
    occasion.refresh_from_db()
    assert occasion.answered_at is not None
    assert stored(cast.treatment).state == State.ACTIVE


def test_9_two_treatments_at_once_need_a_reason_and_never_the_same_program(cast: Cast) -> None:
    other = published(cast.alfa, key="annat")
    with pytest.raises(ValidationError):
        start_treatment(cast.anna, **start_of(cast, version=other), decision=DECIDED)
    beside = Decision(reason=WHY, beside="Sömnen behandlas bredvid, enligt team.")
    assert start_treatment(cast.anna, **start_of(cast, version=other), decision=beside).is_beside
    with pytest.raises(ValidationError):
        start_treatment(cast.anna, **start_of(cast), decision=beside)


def test_10_in_the_maintenance_phase_the_box_says_that_it_is_not_read(
    cast: Cast, anna_client: Client
) -> None:
    begin_closing(cast.treatment, by=tove(cast), at=clock.now())
    complete_treatment(cast.treatment, reason=WHY, by=tove(cast), at=clock.now())

    assert "Ingen läser" in text_of(anna_client.get(url(cast, "step", "m01", "m01-s02")))
    said = {"body": "Hjälp mig", "client_key": str(cast.treatment.pk)}
    refused = anna_client.post(url(cast, "messages"), said)

    assert refused.status_code == 422
    assert not Message.objects.filter(treatment=cast.treatment).exists()


@pytest.mark.parametrize("night", [date(2027, 3, 28), date(2027, 10, 31)])
def test_11_a_pause_over_the_change_of_the_clock_moves_whole_days(
    night: date, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = datetime.combine(night, time(0, 30), tzinfo=STOCKHOLM)
    before = stored(cast.treatment).ends_on
    assert before is not None

    pause_treatment(cast.treatment, days=3, by=tove(cast), at=at, reason=WHY)
    keep_time(at=at + timedelta(days=2, hours=22))
    assert stored(cast.treatment).state == State.PAUSED
    keep_time(at=at + timedelta(days=3, hours=2))

    assert stored(cast.treatment).ends_on == before + timedelta(days=3)


def test_11_another_unit_is_not_asked_to_answer_on_holidays(cast: Cast) -> None:
    """Easter 2027: Good Friday is 26 March, Easter Monday 29 March."""
    at = datetime(2027, 3, 24, 10, 0, tzinfo=STOCKHOLM)
    offer = offer_transfer(
        cast.treatment, to=cast.beta, summary="Flyttar.", consents=True, by=tove(cast), at=at
    )
    assert local_date(offer.answer_by) == date(2027, 4, 2)


def test_12_a_therapist_who_is_the_patient_moves_nothing_as_staff(cast: Cast) -> None:
    give(cast.anna, Role.THERAPIST, cast.alfa)
    give(cast.anna, Role.COORDINATOR, cast.alfa)
    with pytest.raises(ValidationError):
        discontinue_treatment(cast.treatment, code="time", reason=WHY, by=acting(cast.anna), at=clock.now())
    with pytest.raises(ValidationError):
        start_treatment(cast.kim, **start_of(cast, therapist=cast.kim), decision=DECIDED)


def test_13_a_late_questionnaire_is_dated_by_its_answer_and_both_are_kept(cast: Cast) -> None:
    weekly = Occasion.objects.filter(
        series=cast.treatment.series_id, instrument__slug="phq-9", kind=Occasion.Kind.WEEKLY
    ).order_by("opens_at")
    first, second = weekly[:2]
    late = first.due_at + timedelta(hours=1)

    scenes.answer(cast.treatment, scenes.SAFE, kind="weekly", number=first.number, at=late)
    scenes.answer(cast.treatment, scenes.SAFE, kind="weekly", number=second.number)

    answered = weekly.exclude(answered_at=None)
    assert [one.pk for one in answered] == [first.pk, second.pk]
    assert answered[0].answered_at == late


def test_14_one_prepared_for_the_wrong_person_is_ended_before_it_begins_and_stays_so(cast: Cast) -> None:
    vera = give(person("Vera", "Ny"), Role.PATIENT)
    ready = prepare_treatment(vera, **start_of(cast))

    discontinue_treatment(
        ready, code="wrong_patient", reason="Fel patient vald", by=tove(cast), at=clock.now()
    )

    with pytest.raises(ValidationError):
        reopen_treatment(ready, reason=WHY, by=tove(cast), at=clock.now())
    assert not ready.progress.exists()
    assert not Occasion.objects.filter(series=ready.series_id).exists()


def test_14_one_started_for_the_wrong_patient_is_taken_back_within_a_day(cast: Cast) -> None:
    wrong, at = cast.treatment, clock.now()

    discontinue_treatment(
        wrong, code="wrong_patient", reason="Fel patient vald", by=tove(cast), at=at + timedelta(hours=23)
    )

    assert stored(wrong).end_reason == "wrong_patient"
    later = at + timedelta(hours=24)
    assert not Treatment.objects.cared_for_by(cast.tove.pk, later).filter(pk=wrong.pk).exists()
    assert not CareRelation.objects.running(later).filter(treatment=wrong).exists()
    assert not Occasion.objects.standing().filter(series=wrong.series_id).exists()
    assert Entry.objects.filter(patient=cast.anna.pk, reason__endswith="ended: revoked").exists()
    with pytest.raises(ValidationError):
        reopen_treatment(wrong, reason=WHY, by=tove(cast), at=later)


def opened_a_step(cast: Cast) -> None:
    mine = ModuleProgress.objects.filter(treatment=cast.treatment)
    mine.update(steps_done=["m01-s01"], last_step="m01-s02")


@pytest.mark.parametrize(
    "use",
    [
        opened_a_step,
        lambda cast: scenes.diary_entry(cast.treatment, draft=True),
        lambda cast: scenes.write(cast.treatment, "Hej"),
        lambda cast: scenes.answer(cast.treatment, scenes.SAFE),
    ],
    ids=["read", "drafted", "wrote", "answered"],
)
def test_14_what_she_has_opened_is_her_record_and_is_not_taken_back(
    cast: Cast, use: Callable[[Cast], object]
) -> None:
    use(cast)
    with pytest.raises(ValidationError) as refused:
        discontinue_treatment(cast.treatment, code="wrong_patient", reason=WHY, by=tove(cast), at=clock.now())
    assert refused.value.code == "code"
    assert stored(cast.treatment).state == State.ACTIVE


def test_14_after_a_day_it_is_not_taken_back(cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        discontinue_treatment(
            cast.treatment, code="wrong_patient", reason=WHY, by=tove(cast), at=in_days(1.01)
        )
    assert refused.value.code == "code"


def test_15_emergency_access_moves_no_course(cast: Cast) -> None:
    why = Why("danger", "Hon ringde och är i akut fara.")
    open_in_emergency(
        cast.treatment, staff=cast.kim, why=why, confirmed=True, by=acting(cast.kim), at=clock.now()
    )
    verbs: list[tuple[Any, dict[str, Any]]] = [
        (pause_treatment, {"days": 3, "reason": WHY}),
        (begin_closing, {}),
    ]
    for verb, more in verbs:
        with pytest.raises(ValidationError):
            verb(cast.treatment, **more, by=acting(cast.kim), at=clock.now())
    assert stored(cast.treatment).state == State.ACTIVE


def test_16_who_drives_for_a_living_gets_no_restricted_sleep(cast: Cast) -> None:
    decision = WindowDecision(
        minutes=330,
        rise_time=time(6, 30),
        starts_on=clock.today(),
        reason="Så länge har du sovit i snitt.",
        asked=True,
        found=["driving"],
    )
    with pytest.raises(ValidationError) as refused:
        decide_sleep_window(cast.treatment, decision, decided_by=cast.tove, by=tove(cast), at=clock.now())
    assert refused.value.code == "asked"
    assert not SleepWindow.objects.filter(treatment=cast.treatment).exists()


def test_19_drafts_of_two_devices_are_both_kept(cast: Cast) -> None:
    place = Place(module_key="m01", step_key="m01-s02", exercise="activity_diary", definition_hash="")
    key = cast.treatment.pk
    for text in ("Från telefonen", "Från datorn"):
        values: dict[str, object] = {**scenes.DIARY, "activity": text}
        save_draft(cast.treatment, place, values, client_key=key, revision=0, by=anna(cast), at=clock.now())

    entry = WorksheetEntry.objects.get(treatment=cast.treatment)
    texts = {entry.values["activity"], *(one.values["activity"] for one in entry.versions.all())}
    assert texts == {"Från telefonen", "Från datorn"}


def test_a_pause_that_is_taken_back_the_same_day_costs_nothing(cast: Cast) -> None:
    before = stored(cast.treatment).ends_on
    pause_treatment(cast.treatment, days=9, by=anna(cast), at=clock.now())
    resume_treatment(cast.treatment, by=anna(cast), at=clock.now())
    assert stored(cast.treatment).ends_on == before
    assert not Alert.objects.filter(treatment=cast.treatment).exists()
