"""A unit's settings: signed by its manager with a reason, kept in a history, refused when they make no sense."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from ikbt.accounts.models import CareUnit, Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor
from ikbt.common import clock
from ikbt.treatments.models import SettingChange
from ikbt.treatments.signing_settings import sign_fields, sign_thresholds
from ikbt.treatments.threshold_bounds import BOUNDS, DEFAULTS, faults_of
from ikbt.treatments.thresholds import thresholds_of
from tests.cast import Cast
from tests.therapist.unit.scene import confirmed, coordinator

PAGE = "/enhet/installningar/"


@pytest.fixture
def client(cast: Cast) -> Client:
    return confirmed(cast.manager)


def address(cast: Cast, part: str) -> str:
    return f"{PAGE}{cast.alfa.pk}/{part}/"


def sign(cast: Cast, **own: int | None) -> list[SettingChange]:
    return sign_by(cast.manager, cast, **own)


def sign_by(someone: Person, cast: Cast, /, **own: int | None) -> list[SettingChange]:
    actor = Actor(someone.pk, "unit_manager")
    return sign_thresholds(cast.alfa, own, reason="Beslut i ledningsgruppen", by=actor, at=clock.now())


def numbers_of(cast: Cast) -> dict[str, int]:
    return dict(CareUnit.objects.get(pk=cast.alfa.pk).thresholds)


def test_every_number_has_bounds_a_sentence_and_a_default_inside_them() -> None:
    assert set(BOUNDS) == set(DEFAULTS)
    assert all(bound.low <= DEFAULTS[name] <= bound.high for name, bound in BOUNDS.items())
    assert all(str(bound.sentence).endswith(".") for bound in BOUNDS.values())
    assert faults_of({}) == []


def test_a_change_holds_at_once_and_is_kept_with_who_when_and_why(cast: Cast) -> None:
    sign(cast, answer_hours=24)
    sign(cast, answer_hours=None, high_alert_hours=1, escalate_minutes=30)

    assert thresholds_of(CareUnit.objects.get(pk=cast.alfa.pk)).high_alert_hours == 1
    assert numbers_of(cast) == {"high_alert_hours": 1, "escalate_minutes": 30}
    kept = SettingChange.objects.filter(name="answer_hours").order_by("signed_at")
    assert [(one.before, one.after, one.signed_by) for one in kept] == [
        (None, 24, cast.manager),
        (24, None, cast.manager),
    ]
    assert Entry.objects.filter(object_kind="careunit", reason="signed: answer_hours").count() == 1


def test_what_stays_the_same_is_signed_by_nobody(cast: Cast) -> None:
    sign(cast, answer_hours=24)

    assert sign(cast, answer_hours=24) == []


@pytest.mark.parametrize(
    ("own", "name"),
    [
        ({"high_alert_hours": 9}, "high_alert_hours"),
        ({"high_alert_hours": 0}, "high_alert_hours"),
        ({"answer_hours": 1000}, "answer_hours"),
        ({"feedback_amber_hours": 90}, "feedback_red_hours"),
        ({"escalate_minutes": 200}, "escalate_minutes"),
        ({"sleep_floor": 120}, "sleep_floor"),
    ],
)
def test_an_absurd_number_is_refused_and_nothing_is_stored(
    own: dict[str, int], name: str, cast: Cast
) -> None:
    with pytest.raises(ValidationError) as refused:
        sign(cast, **own)

    assert name in refused.value.message_dict
    assert numbers_of(cast) == {}
    assert not SettingChange.objects.exists()


@pytest.mark.parametrize("who", ["tove", "olle", "administrator"])
def test_only_the_units_manager_signs(who: str, cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        sign_by(getattr(cast, who), cast, answer_hours=24)

    assert refused.value.code == "giver"


def test_a_coordinator_finds_no_settings(cast: Cast) -> None:
    assert confirmed(coordinator(cast.alfa)).get(PAGE).status_code == 404


def test_on_screen_a_number_is_signed_and_shown_with_its_signature(client: Client, cast: Cast) -> None:
    answer = client.post(
        address(cast, "granser"), {"answer_hours": "24", "reason": "Fler behandlare"}, follow=True
    )

    shown = answer.content.decode()
    assert "Ändringen är signerad" in shown
    assert shown.count("Maja Chef") >= 2
    assert "Fler behandlare" in shown


def test_on_screen_what_is_absurd_is_said_at_its_field_and_kept_as_typed(client: Client, cast: Cast) -> None:
    shown = client.post(
        address(cast, "granser"),
        {"high_alert_hours": "8", "escalate_minutes": "9", "reason": "Prov av gränser"},
    ).content.decode()

    assert 'name="high_alert_hours" value="8"' in shown
    assert numbers_of(cast) == {}


def test_the_second_factor_is_asked_for_again(cast: Cast) -> None:
    late = confirmed(cast.manager, minutes_ago=10)

    assert (
        late.post(address(cast, "granser"), {"answer_hours": "24", "reason": "Fler behandlare"}).status_code
        == 403
    )
    assert numbers_of(cast) == {}


def test_hours_and_closed_days_are_signed(client: Client, cast: Cast) -> None:
    said = {
        "opening_hours": "måndag–torsdag; 8.00–16.00\nfredag; 8.00–12.00",
        "opens_0": "08:00",
        "closes_0": "16:00",
        "closed_days": "2026-12-23\n2026-12-22",
        "reason": "Nya öppettider",
    }

    client.post(address(cast, "oppettider"), said)

    unit = CareUnit.objects.get(pk=cast.alfa.pk)
    assert unit.staffed_hours == {"0": ["08:00", "16:00"]}
    assert unit.closed_days == ["2026-12-22", "2026-12-23"]
    assert unit.opening_hours[1] == {"days": "fredag", "hours": "8.00–12.00"}
    assert SettingChange.objects.count() == 3
    assert "Nya öppettider" in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"opens_0": "16:00", "closes_0": "08:00"},
        {"opens_0": "08:00", "closes_0": ""},
        {"closed_days": "julafton"},
        {"opening_hours": "alltid"},
        {"reason": ""},
    ],
)
def test_hours_that_make_no_sense_are_refused(wrong: dict[str, str], client: Client, cast: Cast) -> None:
    said = {"opening_hours": "måndag; 8–16", "closed_days": "", "reason": "Nya öppettider", **wrong}

    assert client.post(address(cast, "oppettider"), said).status_code == 200
    assert not SettingChange.objects.exists()


def test_numbers_are_signed_and_reach_the_patient(client: Client, cast: Cast) -> None:
    said = {
        "phone": "021-17 11 11",
        "emergency_numbers": "Psykiatriska akuten; 021-99 99 99; dygnet runt",
        "reason": "Nytt växelnummer",
    }

    client.post(address(cast, "nummer"), said)

    unit = CareUnit.objects.get(pk=cast.alfa.pk)
    assert unit.emergency_numbers == [
        {"name": "Psykiatriska akuten", "phone": "021-99 99 99", "about": "dygnet runt"}
    ]
    assert unit.phone == "021-17 11 11"


def test_the_last_emergency_number_stays(cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        sign_fields(
            cast.alfa,
            {"emergency_numbers": []},
            reason="Städning av nummer",
            by=Actor(cast.manager.pk, "unit_manager"),
            at=clock.now(),
        )

    assert refused.value.code == "emergency_numbers"


def test_another_units_manager_finds_nothing(client: Client, cast: Cast) -> None:
    assert client.get(f"{PAGE}{cast.beta.pk}/granser/").status_code == 404


def test_in_english(cast: Cast) -> None:
    cast.manager.language = "en"
    cast.manager.save()
    client = confirmed(cast.manager)
    client.cookies["django_language"] = "en"

    assert "Promised answers" in client.get(PAGE, headers={"accept-language": "en"}).content.decode()
