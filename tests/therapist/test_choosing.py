"""The list's views, filters and search, and what it says when nobody waits."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.test import Client
from django.utils.formats import date_format

from ikbt.audit.models import Entry
from ikbt.common import clock
from ikbt.treatments.models import CareRelation, Treatment
from tests.cast import Cast
from tests.therapist import scenes
from therapist.choosing import Shown

LIST = "/arbetslista/"


def new(cast: Cast, name: str, *, days_ago: int = 0) -> Treatment:
    return scenes.started(name, unit=cast.alfa, therapist=cast.tove, version=cast.version, days_ago=days_ago)


def names(client: Client, **query: str) -> list[str]:
    rows = client.get(LIST, query).context["caseload"].rows
    return [row.name.split()[0] for row in rows]


def test_filters_show_those_they_name(cast: Cast, tove_client: Client) -> None:
    scenes.write(new(cast, "Brev"), "Hej")
    scenes.high_alert(new(cast, "Akut"))

    assert names(tove_client, visa="hog-risk") == ["Akut"]
    assert names(tove_client, visa="behover-mig") == ["Akut", "Brev"]
    assert names(tove_client, visa="nonsense") == ["Akut", "Brev", "Anna"]


def test_it_says_honestly_when_nobody_waits_and_what_comes_next(cast: Cast, tove_client: Client) -> None:
    at = clock.now()
    Treatment.objects.filter(pk=cast.treatment.pk).update(last_active_at=at - timedelta(days=6))
    cast.treatment.series.occasions.update(due_at=at + timedelta(days=9), closes_at=at + timedelta(days=12))
    tomorrow = date_format(clock.today() + timedelta(days=1), "l j F")

    page = tove_client.get(LIST).content.decode()

    assert "Ingen väntar på dig just nu" in page
    assert f"Härnäst: en vecka utan livstecken {tomorrow}" in page


def test_the_next_questionnaire_is_told_for_a_patient_who_needs_nothing(
    cast: Cast, tove_client: Client
) -> None:
    due = clock.now() + timedelta(days=2)
    Treatment.objects.filter(pk=cast.treatment.pk).update(last_active_at=clock.now())
    occasions = cast.treatment.series.occasions
    occasions.update(due_at=due + timedelta(days=1), closes_at=due + timedelta(days=3))
    occasions.filter(instrument__slug="phq-9").update(due_at=due)

    row = tove_client.get(LIST).context["caseload"].rows[0]

    assert row.upcoming_text == f"PHQ-9 ska vara besvarat {date_format(clock.local_date(due), 'l j F')}"


def test_views_tell_own_patients_from_those_she_stands_in_for(cast: Cast, tove_client: Client) -> None:
    covered = scenes.started("Lånad", unit=cast.alfa, therapist=cast.kim, version=cast.version)
    CareRelation.objects.create(
        treatment=covered,
        staff=cast.tove,
        kind=CareRelation.Kind.STAND_IN,
        starts_at=clock.now() - timedelta(hours=1),
    )

    counts = tove_client.get(LIST).context["caseload"].counts

    assert (counts[Shown.ALL], counts[Shown.OWN], counts[Shown.COVERED]) == (2, 1, 1)
    assert names(tove_client, visa="egna") == ["Anna"]
    assert names(tove_client, visa="vikarie") == ["Lånad"]


def test_whoever_stands_in_finds_the_sick_one_without_choosing_a_view(
    cast: Cast, tove_client: Client
) -> None:
    covered = scenes.started("Lånad", unit=cast.alfa, therapist=cast.kim, version=cast.version)
    CareRelation.objects.create(
        treatment=covered,
        staff=cast.tove,
        kind=CareRelation.Kind.STAND_IN,
        starts_at=clock.now() - timedelta(hours=1),
    )
    scenes.high_alert(covered)

    assert names(tove_client)[0] == "Lånad"


def test_the_units_view_counts_colleagues_high_alerts_and_names_no_patient_of_theirs(
    cast: Cast, tove_client: Client
) -> None:
    scenes.high_alert(new(cast, "Egen"))
    scenes.high_alert(scenes.started("Kollegas", unit=cast.alfa, therapist=cast.kim, version=cast.version))

    response = tove_client.get(LIST, {"visa": "enheten"})

    assert [row.name.split()[0] for row in response.context["caseload"].rows] == ["Egen"]
    assert next(view.count for view in response.context["views"] if view.key is Shown.UNIT) == 2
    assert "Kollegas" not in response.content.decode()


def test_a_filter_finds_a_reason_that_is_not_the_first_and_only_those_are_logged(
    cast: Cast, tove_client: Client
) -> None:
    both = new(cast, "Bägge")
    scenes.high_alert(both)
    scenes.write(both, "Hej")
    scenes.hand_in(new(cast, "Modul"))

    assert names(tove_client, orsak="message") == ["Bägge"]
    logged = Entry.objects.filter(action=Entry.Action.LIST).values_list("patient", flat=True)
    assert list(logged) == [both.patient_id]
    assert names(tove_client, orsak="nonsense") == ["Bägge", "Modul", "Anna"]


def test_a_filter_by_program_keeps_through_a_live_refresh(cast: Cast, tove_client: Client) -> None:
    title = str(cast.version.outline["title"])

    assert names(tove_client, program=title) == ["Anna"]
    assert names(tove_client, program="Ett annat") == []
    page = tove_client.get(LIST, {"program": title, "orsak": "message"})
    assert page.context["caseload"].choice.query == urlencode(
        {"visa": "alla", "orsak": "message", "program": title}
    )
    assert "Ingen av dina patienter" in page.content.decode()


def test_the_name_that_is_searched_for_is_in_no_form(cast: Cast, tove_client: Client) -> None:
    """It would stand in the address, and so in the log of the server before us."""
    page = tove_client.get(LIST).content.decode()
    form = page[page.index('<form method="get">') :].split("</form>")[0]
    field = page[page.index("<input", page.index("data-find hidden")) :].split(">")[0]

    assert 'type="search"' not in form
    assert "name=" not in field.replace("data-find-name", "")


def test_only_those_that_a_filter_shows_are_logged(cast: Cast, tove_client: Client) -> None:
    akut = new(cast, "Akut")
    scenes.high_alert(akut)

    tove_client.get(LIST, {"visa": "hog-risk"})

    logged = Entry.objects.filter(action=Entry.Action.LIST).values_list("patient", flat=True)
    assert list(logged) == [akut.patient_id]
