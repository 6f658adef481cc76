"""One exercise over weeks: fields as rows, entries as columns, handed-in work alone, and every read in the log."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ikbt.audit.models import Entry
from ikbt.common import clock
from ikbt.treatments.models import Treatment, WorksheetEntry
from tests.cast import Cast
from tests.conftest import SignIn
from tests.ikbt.treatments.nights import night
from tests.ikbt.treatments.patient import text_of
from tests.therapist import scenes

pytestmark = pytest.mark.django_db


def entry(treatment: Treatment, day: date, **more: object) -> WorksheetEntry:
    """A line of the activity diary about a day."""
    values = {**scenes.DIARY, "date": day.isoformat(), **more}
    at = clock.now()
    return WorksheetEntry.objects.create(
        treatment=treatment,
        module_key="m01",
        step_key="m01-s02",
        exercise="activity_diary",
        definition_hash="",
        state=WorksheetEntry.State.HANDED_IN,
        values=values,
        client_key=uuid4(),
        created_at=at,
        saved_at=at,
        handed_in_at=at,
    )


def weeks(treatment: Treatment, number: int) -> None:
    """One entry in each of the treatment's first weeks."""
    for week in range(number):
        entry(treatment, treatment.starts_on + timedelta(weeks=week), activity=f"Rad {week + 1}.")


def page(client: Client, treatment: Treatment, query: str = "", exercise: str = "activity_diary") -> str:
    return text_of(client.get(reverse("therapist:exercise", args=[treatment.pk, exercise]) + query))


def test_entries_stand_beside_each_other_by_week_the_newest_first(cast: Cast, tove_client: Client) -> None:
    weeks(cast.treatment, 2)

    text = page(tove_client, cast.treatment)

    weeks_shown = re.findall(r'<th scope="colgroup" colspan="1">(.*?)</th>', text)
    assert weeks_shown == ["Vecka 2", "Vecka 1"]
    assert text.index("Rad 2.") < text.index("Rad 1.")
    assert "Vad jag gjorde" in text


def test_four_weeks_are_shown_and_all_when_asked(cast: Cast, tove_client: Client) -> None:
    weeks(cast.treatment, 6)

    usual, all_of_them = page(tove_client, cast.treatment), page(tove_client, cast.treatment, "?veckor=alla")

    assert "Rad 3." in usual
    assert "Rad 2." not in usual
    assert "2 tidigare svar visas inte." in usual
    assert "Rad 1." in all_of_them
    assert "visas inte" not in all_of_them


def test_what_was_handed_in_with_gaps_is_marked_and_a_draft_is_not_there(
    cast: Cast, tove_client: Client
) -> None:
    day = cast.treatment.starts_on
    entry(cast.treatment, day)
    assert "Ofullständigt" not in page(tove_client, cast.treatment)

    entry(cast.treatment, day, activity="")
    scenes.diary_entry(cast.treatment, "Bara mitt.", draft=True)
    text = page(tove_client, cast.treatment)

    assert text.count('data-color="warning"') == 1
    assert "Bara mitt." not in text


def test_what_is_computed_of_a_night_stands_last(cast: Cast, tove_client: Client) -> None:
    for days in (0, 1):
        night(cast.treatment, cast.treatment.starts_on + timedelta(days=days))

    text = page(tove_client, cast.treatment, exercise="sleep_diary")

    assert text.count("<tr data-computed>") > 1
    assert text.index("<tr data-computed>") > text.rindex("<tr><th scope")


def test_the_patient_page_links_to_it_where_there_is_something_to_compare(
    cast: Cast, tove_client: Client
) -> None:
    where = reverse("therapist:exercise", args=[cast.treatment.pk, "activity_diary"])
    patient = reverse("therapist:patient", args=[cast.treatment.pk])
    entry(cast.treatment, cast.treatment.starts_on)
    assert where not in text_of(tove_client.get(patient))

    weeks(cast.treatment, 2)

    assert where in text_of(tove_client.get(patient))


def test_each_read_is_logged_with_the_exercise(cast: Cast, tove_client: Client) -> None:
    weeks(cast.treatment, 1)

    page(tove_client, cast.treatment)

    read = Entry.objects.get(object_kind="exercise", action=Entry.Action.READ)
    assert (read.object_id, read.patient, read.actor) == ("activity_diary", cast.anna.pk, cast.tove.pk)


def test_an_exercise_that_she_has_not_handed_in_is_not_found(cast: Cast, tove_client: Client) -> None:
    where = reverse("therapist:exercise", args=[cast.treatment.pk, "thought_record"])

    assert tove_client.get(where).status_code == 404


def test_somebody_without_a_relation_sees_nothing(cast: Cast, signed_in: SignIn) -> None:
    weeks(cast.treatment, 1)
    where = reverse("therapist:exercise", args=[cast.treatment.pk, "activity_diary"])

    for someone in cast.outsiders:
        assert signed_in(someone).get(where).status_code in {403, 404}


def test_queries_do_not_grow_with_the_entries(cast: Cast, tove_client: Client) -> None:
    weeks(cast.treatment, 1)
    page(tove_client, cast.treatment)
    with CaptureQueriesContext(connection) as few:
        page(tove_client, cast.treatment)
    weeks(cast.treatment, 6)
    with CaptureQueriesContext(connection) as many:
        page(tove_client, cast.treatment, "?veckor=alla")

    assert len(many) == len(few)
