"""C7: an auditor draws a sample and what stands out, decides, and never about herself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from ikbt.access_log.models import Case, Review
from ikbt.access_log.patterns import Pattern
from ikbt.access_log.reviewing import OwnDeeds, begin_review, decide_case
from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common import clock
from tests.cast import Cast, give, person
from tests.conftest import signed_in_client


def opened(by: Person, patient: Person, *, relation: str = "responsible", role: str = "therapist") -> Entry:
    return record(
        Entry.Action.READ, by=Actor(by.pk, role), kind="treatment", patient=patient.pk, relation=relation
    )


def begun(cast: Cast, *, sample: int = 20, reviewer: Person | None = None) -> Review:
    auditor, now = reviewer or cast.auditor, clock.now()
    return begin_review(
        now - timedelta(days=1),
        now + timedelta(minutes=1),
        sample=sample,
        reviewer=auditor,
        by=Actor(auditor.pk, "auditor"),
        at=now,
    )


def cases(review: Review) -> dict[tuple[str, str], list[str]]:
    """Who read whom, with the patterns."""
    names = dict(Person.objects.values_list("pk", "first_name"))
    return {(names[case.actor], names[case.patient]): case.patterns for case in review.cases.all()}


@pytest.fixture
def auditor_client(cast: Cast) -> Client:
    return signed_in_client(cast.auditor)


def test_c7_a_review_holds_what_stands_out_and_a_sample(cast: Cast) -> None:
    relative = person("Olof", "Berg")
    for _ in range(3):
        opened(cast.tove, cast.anna)
    opened(cast.tove, relative)
    opened(cast.olle, cast.pia, relation="")

    review = begun(cast)

    assert cases(review) == {
        ("Tove", "Olof"): [Pattern.SAME_SURNAME],
        ("Olle", "Pia"): [Pattern.NO_RELATION],
        ("Tove", "Anna"): [],
    }
    assert review.cases.get(actor=cast.tove.pk, patient=cast.anna.pk).rows == 3
    assert review.rows == 5


def test_c7_the_sample_is_as_large_as_asked_for_and_patterns_come_on_top(cast: Cast) -> None:
    for number in range(8):
        opened(cast.tove, person(f"P{number}", "Ek"))
    opened(cast.tove, person("Olof", "Berg"))

    review = begun(cast, sample=3)

    assert [case.patterns for case in review.cases.all()] == [[Pattern.SAME_SURNAME], [], [], []]


def test_c7_patients_own_visits_are_not_reviewed(cast: Cast) -> None:
    opened(cast.anna, cast.anna, relation="own", role="patient")

    assert cases(begun(cast)) == {}


def test_c7_nobody_draws_her_own_deeds(cast: Cast) -> None:
    give(cast.tove, Role.AUDITOR)
    opened(cast.tove, cast.anna)
    opened(cast.olle, cast.tove)
    opened(cast.olle, cast.pia)

    assert set(cases(begun(cast, reviewer=cast.tove))) == {("Olle", "Pia")}


def test_c7_nobody_decides_about_herself(cast: Cast) -> None:
    give(cast.tove, Role.AUDITOR)
    opened(cast.tove, cast.anna)
    case = begun(cast).cases.get()

    with pytest.raises(OwnDeeds):
        decide_case(case, "fine", "", reviewer=cast.tove, by=Actor(cast.tove.pk, "auditor"), at=clock.now())

    assert Entry.objects.filter(action="refused", object_id=str(case.pk), actor=cast.tove.pk).exists()
    case.refresh_from_db()
    assert case.decision == ""


def test_c7_her_own_case_is_missing_on_screen(cast: Cast) -> None:
    give(cast.tove, Role.AUDITOR)
    opened(cast.tove, cast.anna)
    case = begun(cast).cases.get()
    client = signed_in_client(cast.tove)

    assert "Anna Lind" not in client.get(reverse("audit:review", args=[case.review_id])).content.decode()
    path = reverse("audit:case", args=[case.review_id, case.pk])
    assert client.get(path).status_code == client.post(path, {"decision": "fine"}).status_code == 404
    assert Case.objects.get().decision == ""


def test_c7_a_review_from_beginning_to_decision(cast: Cast, auditor_client: Client) -> None:
    opened(cast.tove, person("Olof", "Berg"))
    today = clock.today().isoformat()

    response = auditor_client.post(
        "/logggranskning/", {"since": today, "until": today, "sample": "5"}, follow=True
    )

    page = response.content.decode()
    assert "Tove Berg" in page
    assert "Olof Berg" in page
    assert "samma efternamn" in page
    case = Case.objects.get()
    path = reverse("audit:case", args=[case.review_id, case.pk])
    refused = auditor_client.post(path, {"decision": "incident", "note": ""})
    assert "Skriv varför" in refused.content.decode()
    auditor_client.post(path, {"decision": "incident", "note": "Ingen behandling."})
    case.refresh_from_db()
    assert (case.decision, case.note, case.decided_by) == ("incident", "Ingen behandling.", cast.auditor)
    deeds = Entry.objects.filter(actor=cast.auditor.pk, object_kind="log review")
    assert list(deeds.exclude(action="read").values_list("action", "patient", "reason")) == [
        ("create", None, "1 cases"),
        ("list", case.patient, ""),
        ("change", None, "incident"),
    ]


@pytest.mark.parametrize(
    "period",
    [{"since": "2026-03-05", "until": "2026-03-01"}, {"since": "2025-01-01", "until": "2026-01-01"}, {}],
)
def test_an_odd_period_begins_nothing(period: dict[str, str], cast: Cast, auditor_client: Client) -> None:
    assert auditor_client.post("/logggranskning/", {**period, "sample": "5"}).status_code == 200
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    "outsider", ["anna", "tove", "kim", "editor", "publisher", "manager", "administrator"]
)
def test_c7_the_review_is_missing_for_all_but_auditors(outsider: str, cast: Cast) -> None:
    opened(cast.tove, cast.anna)
    case = begun(cast).cases.get()
    client = signed_in_client(getattr(cast, outsider))

    for path in (
        "/logggranskning/",
        reverse("audit:review", args=[case.review_id]),
        reverse("audit:case", args=[case.review_id, case.pk]),
    ):
        assert client.get(path).status_code == 404
    assert Entry.objects.filter(action="refused", object_kind="log review").exists()


def test_c7_protected_names_stay_hidden(cast: Cast, auditor_client: Client) -> None:
    cast.anna.protected_identity = True
    cast.anna.save()
    opened(cast.tove, cast.anna)

    page = auditor_client.get(reverse("audit:review", args=[begun(cast).pk])).content.decode()

    assert "Anna" not in page
    assert "skyddade personuppgifter" in page


def test_c7_a_review_of_many_takes_few_queries(
    cast: Cast, auditor_client: Client, django_assert_max_num_queries: object
) -> None:
    for number in range(30):
        opened(cast.tove, person(f"P{number}", "Ek"))
    path = reverse("audit:review", args=[begun(cast, sample=30).pk])

    with django_assert_max_num_queries(14):  # type: ignore[operator]
        assert auditor_client.get(path).status_code == 200
