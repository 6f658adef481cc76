"""Data for research: only of those who agreed, without names, logged with each, by the manager, freshly confirmed."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.accounts.session_limits import FRESH
from ikbt.audit.models import Entry
from ikbt.common import clock
from ikbt.outcomes.research_rows import version_key, wave_key
from ikbt.outcomes.researching import project_key
from ikbt.treatments.models import Treatment
from measurements.models import AnswerSet, Occasion, Score
from measurements.outcomes.research import pseudonym
from measurements.registry import instrument
from measurements.storing import stored_version
from programs.site_tree import ensure_site
from tests.cast import Cast, give
from tests.conftest import signed_in_client
from tests.ikbt.outcomes.ended_treatments import ended

pytestmark = pytest.mark.django_db
PAGE, FILE, PROJECT = "/utfall/forskning/", "/utfall/forskning/fil/", "2026-01234-01"


def answered(cast: Cast, n: int, *, agreeing: bool = True) -> list[Treatment]:
    """So many ended treatments at Alfa with one answered PHQ-9 each, of alike people."""
    made, version = [], stored_version("phq-9")
    known = instrument("phq-9")
    # Each item but the second has its third answer.
    codes = {item.link_id: item.options[2].code for item in known.items if item is not known.items[1]}
    for summary in ended(cast, n, cast.alfa):
        treatment = summary.treatment
        treatment.research_consent = agreeing
        treatment.save()
        Person.objects.filter(pk=treatment.patient_id).update(born="1980-05-05", sex=Person.Sex.FEMALE)
        at = clock.now() - timedelta(days=100)
        occasion = Occasion.objects.create(
            series=treatment.series,
            instrument=version,
            kind="weekly",
            number=2,
            opens_at=at,
            due_at=at,
            closes_at=at,
            answered_at=at,
        )
        answers = AnswerSet.objects.create(
            occasion=occasion,
            answers=codes,
            language="sv",
            given_by=treatment.patient,
            answered_at=at,
            client_key=occasion.pk,
        )
        Score.objects.create(
            answer_set=answers,
            occasion=occasion,
            instrument_slug="phq-9",
            rule_version="1",
            status="prorated",
            total=18,
            total_rounded=18,
            missing=1,
            answered_at=at,
        )
        made.append(treatment)
    return made


def fetched(cast: Cast, **words: str) -> Any:
    return signed_in_client(cast.manager).post(FILE, {"project": PROJECT, **words})


def rows_of(answer: HttpResponse) -> list[dict[str, str]]:
    assert answer["Content-Type"] == "application/zip", answer.content.decode()
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["answers.csv", "code-book.csv", "about.txt"]
        return list(csv.DictReader(io.StringIO(archive.read("answers.csv").decode("utf-8-sig"))))


def test_who_has_agreed_stands_in_the_file_and_nobody_else(cast: Cast) -> None:
    agreeing = answered(cast, 6)
    protected = agreeing[0].patient
    Person.objects.filter(pk=protected.pk).update(protected_identity=True)
    Treatment.objects.filter(pk=cast.treatment.pk).update(research_consent=False)

    rows = rows_of(fetched(cast))

    key = project_key(PROJECT)
    wanted = {pseudonym(str(one.patient_id), key) for one in agreeing[1:]}
    assert {row["pseudonym"] for row in rows} == wanted
    assert len(rows) == 5 * 10
    first = {row["item"]: row for row in rows if row["pseudonym"] == min(wanted)}
    assert first["item-1"]["value"] == "2"
    # What was left out is empty, never 0.
    assert first["item-2"]["value"] == ""
    assert (first["total"]["value"], first["total"]["wave"], first["total"]["sex"]) == (
        "18.0",
        "weekly-2",
        "woman",
    )


def test_nobody_can_be_named_from_the_file(cast: Cast) -> None:
    agreeing = answered(cast, 5)

    content = fetched(cast).content

    with ZipFile(io.BytesIO(content)) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist())
    for one in agreeing:
        for told in (one.patient.email, str(one.patient_id), str(one.pk), str(one.series_id)):
            assert told not in text
    assert cast.alfa.name not in text
    assert "1980" not in text


def test_a_no_taken_back_is_in_no_later_file(cast: Cast) -> None:
    agreeing = answered(cast, 6)
    Treatment.objects.filter(pk=agreeing[0].pk).update(research_consent=False)

    names = {row["pseudonym"] for row in rows_of(fetched(cast))}

    assert pseudonym(str(agreeing[0].patient_id), project_key(PROJECT)) not in names
    assert len(names) == 5


def test_a_yes_to_an_earlier_treatment_is_none_once_there_is_a_newer(cast: Cast) -> None:
    *agreeing, newer = answered(cast, 7)
    Treatment.objects.filter(pk=newer.pk).update(
        patient=agreeing[0].patient_id, research_consent=False, starts_on=clock.today()
    )

    names = {row["pseudonym"] for row in rows_of(fetched(cast))}

    assert pseudonym(str(agreeing[0].patient_id), project_key(PROJECT)) not in names


def test_it_is_logged_with_every_patient_before_it_is_handed_out(cast: Cast) -> None:
    agreeing = answered(cast, 5)

    fetched(cast)

    rows = Entry.objects.filter(object_kind="research data", action="export")
    assert {row.patient for row in rows} == {None, *(one.patient_id for one in agreeing)}
    assert {row.actor for row in rows} == {cast.manager.pk}
    assert all(PROJECT in row.reason for row in rows)


def test_fewer_than_five_are_refused_and_nothing_is_logged_as_fetched(cast: Cast) -> None:
    answered(cast, 4)

    answer = fetched(cast)

    assert "Färre än fem patienter" in answer.content.decode()
    assert not Entry.objects.filter(object_kind="research data", action="export").exists()


@pytest.mark.parametrize("project", ["", "ab", "Anna\nLind", "=cmd()", "x" * 41])
def test_what_is_no_number_of_a_project_is_refused_and_stays_in_its_field(cast: Cast, project: str) -> None:
    answered(cast, 5)

    answer = fetched(cast, project=project)

    assert answer["Content-Type"].startswith("text/html")
    assert "aria-invalid" in answer.content.decode()


def test_two_projects_cannot_be_laid_side_by_side(cast: Cast) -> None:
    answered(cast, 5)

    one, again, other = (
        {row["pseudonym"] for row in rows_of(fetched(cast, project=project))}
        for project in (PROJECT, f" {PROJECT} ", "2027-00001-01")
    )

    assert one == again
    assert not one & other


def test_without_a_key_nothing_is_fetched(cast: Cast, settings: LazySettings) -> None:
    answered(cast, 5)
    settings.RESEARCH_KEY = "short"

    assert "IKBT_RESEARCH_KEY" in signed_in_client(cast.manager).get(PAGE).content.decode()
    assert "IKBT_RESEARCH_KEY" in fetched(cast).content.decode()


def test_another_units_patients_are_in_no_file_of_hers(cast: Cast) -> None:
    agreeing = answered(cast, 6)
    Treatment.objects.filter(pk=agreeing[0].pk).update(unit=cast.beta)

    assert len({row["pseudonym"] for row in rows_of(fetched(cast))}) == 5
    assert "aria-invalid" in fetched(cast, unit=str(cast.beta.pk)).content.decode()


@pytest.mark.parametrize("who", ["tove", "anna", "editor", "administrator", "auditor", "olle", "coordinator"])
def test_nobody_but_the_manager_opens_it(cast: Cast, who: str) -> None:
    someone = give(cast.tove, Role.COORDINATOR, cast.alfa) if who == "coordinator" else getattr(cast, who)
    client = signed_in_client(someone)

    assert client.get(PAGE).status_code == 404
    assert client.post(FILE, {"project": PROJECT}).status_code == 404


def stale(cast: Cast, who: str = "manager") -> Client:
    client = signed_in_client(getattr(cast, who))
    client.defaults["HTTP_ACCEPT"] = "text/html"
    session = client.session
    session[FRESH] = (clock.now() - timedelta(hours=1)).timestamp()
    session.save()
    return client


@pytest.mark.parametrize("path", ["/utfall/csv/", "/utfall/excel/"])
def test_files_ask_for_the_second_factor_again(cast: Cast, path: str) -> None:
    ended(cast, 10, cast.alfa)

    html = stale(cast).get(path).content.decode()

    assert "/konto/bekrafta/" in html
    assert not Entry.objects.filter(object_kind="outcomes", action="export").exists()


def test_the_research_file_asks_for_it_too_and_keeps_what_was_written(cast: Cast) -> None:
    answered(cast, 5)

    answer = stale(cast).post(FILE, {"project": PROJECT})

    assert answer.status_code == 403
    assert "/konto/bekrafta/" in answer.content.decode()
    assert not Entry.objects.filter(object_kind="research data", action="export").exists()


def test_signing_a_units_own_numbers_asks_for_it_too(cast: Cast) -> None:
    ensure_site([cast.alfa], by=None, at=clock.now())
    path = reverse("instrument_numbers", args=[cast.alfa.slug, "phq-9"])

    assert "/konto/bekrafta/" in stale(cast, "publisher").get(path).content.decode()


def test_as_many_queries_for_many_as_for_few(cast: Cast, django_assert_max_num_queries: Any) -> None:
    answered(cast, 30)
    client = signed_in_client(cast.manager)

    with django_assert_max_num_queries(30):
        client.post(FILE, {"project": PROJECT})


def test_a_units_own_version_does_not_tell_the_unit() -> None:
    assert version_key("1.0.0+12345678") == "1.0.0-own"
    assert version_key("1.0.0") == "1.0.0"
    assert (wave_key("pre", 0), wave_key("follow_up", 6)) == ("pre", "follow_up-6")
