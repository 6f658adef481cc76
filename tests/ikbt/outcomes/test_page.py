"""The page of outcomes: who sees it, what it counts, what it hides, and its files."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from ikbt.accounts.models import CareUnit
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from tests.cast import Cast, give
from tests.conftest import signed_in_client
from tests.ikbt.outcomes.ended_treatments import ended

pytestmark = pytest.mark.django_db
PAGE = "/utfall/"


def shown(cast: Cast, query: str = "") -> str:
    answer = signed_in_client(cast.manager).get(PAGE + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_manager_sees_her_units_figures(cast: Cast) -> None:
    ended(cast, 60, cast.alfa)

    html = shown(cast)

    assert "<dd>60</dd>" in html
    for words in (
        "Återhämtade",
        "Medelvärde",
        "Ett streck står där en siffra skulle berätta om färre än fem",
        "Alla",
        "Genomförde",
        "Värsta fall",
    ):
        assert words in html, words
    assert html.count('<svg class="outcomes-plot"') == 3
    assert '<svg class="outcomes-bar"' in html


def test_looking_is_logged_with_what_was_asked(cast: Cast) -> None:
    shown(cast, "?matt=gad-7&delat=sex")

    row = Entry.objects.filter(object_kind="outcomes").latest("seq")
    assert (row.action, row.actor, row.patient) == ("read", cast.manager.pk, None)
    assert row.reason == "matt=gad-7&delat=sex"


@pytest.mark.parametrize("who", ["tove", "anna", "editor", "administrator", "auditor", "olle"])
@pytest.mark.parametrize("path", [PAGE, PAGE + "csv/", PAGE + "excel/"])
def test_nobody_else_does(cast: Cast, who: str, path: str) -> None:
    assert signed_in_client(getattr(cast, who)).get(path).status_code == 404


def test_another_units_treatments_are_not_counted_and_cannot_be_chosen(cast: Cast) -> None:
    ended(cast, 10, cast.alfa)
    ended(cast, 30, cast.beta)

    assert "<dd>10</dd>" in shown(cast)
    assert "<dd>10</dd>" in shown(cast, f"?enhet={cast.beta.pk}")


def test_too_few_are_said_to_be_too_few(cast: Cast) -> None:
    ended(cast, 4, cast.alfa)

    html = shown(cast)

    assert "Det finns inget att räkna än" in html
    assert "outcomes-plot" not in html


def test_the_waterfall_is_drawn_in_shares_of_the_start(cast: Cast) -> None:
    """Few halve or double all of their score, so that the steps are of many heights and not all at the edge."""
    ended(cast, 60, cast.alfa)

    steps = re.findall(r'class="outcomes-step"[^>]* height="(\d+)"', shown(cast))

    assert len(steps) > 30
    assert len(set(steps)) > 10


def test_below_twenty_no_mark_stands_for_a_treatment(cast: Cast) -> None:
    ended(cast, 19, cast.alfa)

    html = shown(cast)

    assert "outcomes-cloud" not in html
    assert "outcomes-step" not in html
    assert "tjugo behandlingar" in html


def test_marks_and_bar_do_not_tell_of_the_few_whose_figures_are_hidden(cast: Cast) -> None:
    """All but three completed: what is counted of all, less the completers, would be of the three."""
    rows = ended(cast, 30, cast.alfa)
    for number, row in enumerate(rows):
        last = 5.0 + number % 9
        row.measures = {"phq-9": [["pre", 0, 0, 3, 14, 0, 18.0], ["post", 10, 70, 75, 98, 72, last]]}
        row.modules_done = 2 if number < 3 else 9
        row.save()

    html = shown(cast)

    assert "skulle de berätta om de få" in html
    assert '<svg class="outcomes-bar"' not in html
    assert html.count('<svg class="outcomes-plot"') == 1, "the means alone"


def test_a_small_group_is_hidden_and_so_is_what_it_would_follow_from(cast: Cast) -> None:
    """Of 30 women and 3 men, the men would follow from the total less the women."""
    for number, summary in enumerate(ended(cast, 33, cast.alfa)):
        person = summary.treatment.patient
        person.sex = "male" if number < 3 else "female"
        person.save()

    html = shown(cast, "?delat=sex")

    assert html.count("färre än 5") + html.count("–") > 0
    assert ">30<" not in html
    assert ">3<" not in html


def test_the_groups_stand_with_their_figures(cast: Cast) -> None:
    ended(cast, 80, cast.alfa)

    html = shown(cast, "?delat=age")

    assert "55-64" in html
    assert "Uppdelat" in html


def test_between_units_there_is_a_funnel(cast: Cast) -> None:
    _manage(cast, cast.beta)
    ended(cast, 40, cast.alfa)
    ended(cast, 60, cast.beta, seed=4)

    html = shown(cast, "?delat=unit")

    assert "outcomes-outer" in html
    assert f"<title>{cast.beta.name}</title>" in html


def _manage(cast: Cast, unit: CareUnit) -> None:
    give(cast.manager, Role.UNIT_MANAGER, unit)


def test_a_choice_that_is_none_gives_everything(cast: Cast) -> None:
    ended(cast, 10, cast.alfa)

    assert "<dd>10</dd>" in shown(cast, "?enhet=x&program=y&fran=abc&matt=zzz&delat=name")


def rows(content: bytes) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_files_hold_what_the_page_shows_and_hide_what_it_hides(cast: Cast) -> None:
    ended(cast, 33, cast.alfa)
    client = signed_in_client(cast.manager)

    as_csv = client.get(PAGE + "csv/?delat=age")
    as_excel = client.get(PAGE + "excel/?delat=age")

    found = rows(as_csv.content)
    assert as_csv["Content-Disposition"].startswith("attachment")
    total = next(row for row in found if row["group"] == "" and row["figure"] == "persons")
    assert total["n"] == "33"
    assert not [row for row in found if row["n"] and 0 < int(row["n"]) < 5]
    book = load_workbook(io.BytesIO(as_excel.content))
    assert len(list(book["Outcomes"].rows)) == len(found) + 1
    assert "Code book" in book.sheetnames
    assert Entry.objects.filter(object_kind="outcomes", action="export").count() == 2


def test_nothing_to_export_is_said_and_no_empty_workbook(cast: Cast) -> None:
    client = signed_in_client(cast.manager)

    assert client.get(PAGE + "excel/?delat=age").headers["Location"] == f"{PAGE}?delat=age"
    assert client.get(PAGE + "csv/").content == "\ufeff".encode()


def test_as_many_queries_for_many_as_for_few(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ended(cast, 6, cast.alfa)
    client = signed_in_client(cast.manager)
    client.get(PAGE)
    ended(cast, 60, cast.beta)
    _manage(cast, cast.beta)
    client.get(PAGE)

    with django_assert_max_num_queries(20):
        assert client.get(PAGE).status_code == 200


def test_the_menu_leads_there(cast: Cast) -> None:
    assert reverse("outcomes:outcomes") == PAGE
    assert f'href="{PAGE}"' in shown(cast)


def test_a_choice_that_leaves_out_few_is_not_shown_because_they_would_follow(cast: Cast) -> None:
    """Alfa's 17 and both units' 20 would together tell of Beta's three."""
    _manage(cast, cast.beta)
    ended(cast, 17, cast.alfa)
    ended(cast, 3, cast.beta)

    html = shown(cast, f"?enhet={cast.alfa.pk}")

    assert "Detta urval visas inte" in html
    assert "outcomes-plot" not in html
    assert "<dd>17</dd>" not in html
    assert "outcomes-plot" in shown(cast)


def test_a_year_that_leaves_out_few_is_not_shown_either(cast: Cast) -> None:
    summaries = ended(cast, 30, cast.alfa)
    for summary in summaries[:3]:
        summary.treatment.starts_on = summary.treatment.starts_on.replace(year=2019)
        summary.treatment.save()

    year = min(one.treatment.starts_on.year for one in summaries[3:])

    assert "Detta urval visas inte" in shown(cast, f"?fran={year}")


def test_few_running_or_ended_are_not_counted_aloud(cast: Cast) -> None:
    ended(cast, 3, cast.alfa)

    html = shown(cast)

    assert "<dd>3</dd>" not in html
    assert "<dd>1</dd>" not in html
    assert html.count("färre än 5") >= 2
