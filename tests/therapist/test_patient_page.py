"""The patient page: reasons on top, gaps in curves, handed-in work alone, a module opened with a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ikbt.audit.models import Entry
from ikbt.common import clock
from ikbt.treatments.models import ModuleProgress, Treatment, TreatmentEvent
from tests.cast import Cast
from tests.therapist import scenes


def page(client: Client, treatment: Treatment) -> str:
    response = client.get(reverse("therapist:patient", args=[treatment.pk]))
    assert response.status_code == 200
    return response.content.decode()


def course(cast: Cast, days_ago: int) -> Treatment:
    return scenes.started(
        "Elsa", unit=cast.alfa, therapist=cast.tove, version=cast.version, days_ago=days_ago
    )


def test_to_look_at_the_curve_leads_to_the_curves_also_from_her_own_page(
    cast: Cast, tove_client: Client
) -> None:
    elsa = course(cast, 10)
    scenes.answer(elsa, [1, 1, 0, 0, 0, 0, 0, 0, 0])
    scenes.answer(elsa, [3, 3, 3, 3, 3, 3, 0, 0, 0], kind="weekly", number=2)

    text = page(tove_client, elsa)

    assert f'href="{reverse("therapist:patient", args=[elsa.pk])}#curves-heading"' in text
    assert 'id="curves-heading"' in text


def test_the_reason_stands_on_top_with_the_way_to_act(cast: Cast, tove_client: Client) -> None:
    alert = scenes.high_alert(cast.treatment)

    text = page(tove_client, cast.treatment)

    way = reverse("therapist:alert", args=[cast.treatment.pk, alert.pk])
    assert text.index(way) < text.index("Mätningar")
    assert "Bedöm" in text


def test_the_number_is_masked_and_the_phone_can_be_rung(cast: Cast, tove_client: Client) -> None:
    cast.anna.set_number("19900101-2385")
    cast.anna.save()

    text = page(tove_client, cast.treatment)

    assert "19900101-****" in text
    assert "2385" not in text
    assert 'href="tel:0701234567"' in text


def test_a_protected_identity_shows_no_phone(cast: Cast, tove_client: Client) -> None:
    cast.anna.protected_identity = True
    cast.anna.save()

    text = page(tove_client, cast.treatment)

    assert "Skyddade personuppgifter" in text
    assert "tel:070" not in text


def test_a_missed_week_is_a_gap_and_the_risk_question_is_told_week_by_week(
    cast: Cast, tove_client: Client
) -> None:
    treatment = course(cast, days_ago=15)
    scenes.answer(treatment, scenes.SAFE)
    scenes.answer(treatment, [1, 1, 1, 1, 1, 1, 1, 1, 1], kind="weekly", number=3)

    context = tove_client.get(reverse("therapist:patient", args=[treatment.pk])).context

    graph = context["curves"][0].graph
    assert [point.value for point in graph.points] == [8, None, 9]
    assert (graph.baseline, graph.cut_off, graph.reliable_change) == (8, 10, 6)
    assert [(one.text, one.kind) for one in context["risk"].answers] == [
        ("0", "success"),
        ("–", "neutral"),
        ("1", "watch"),
    ]


def test_a_left_out_risk_question_is_not_shown_as_no(cast: Cast, tove_client: Client) -> None:
    scenes.answer(cast.treatment, [*scenes.SAFE[:8], None])

    context = tove_client.get(reverse("therapist:patient", args=[cast.treatment.pk])).context

    assert [(one.text, one.said) for one in context["risk"].answers] == [("?", "frågan hoppades över")]


def test_a_draft_is_never_shown_and_handed_in_work_is(cast: Cast, tove_client: Client) -> None:
    scenes.diary_entry(cast.treatment, "Hemligt utkast", draft=True)
    scenes.diary_entry(cast.treatment, "Gick till biblioteket")

    for name in ("patient", "feedback"):
        args = [cast.treatment.pk, "m01"][: 1 if name == "patient" else 2]
        text = tove_client.get(reverse(f"therapist:{name}", args=args)).content.decode()
        assert "Gick till biblioteket" in text
        assert "Hemligt utkast" not in text


def test_several_diary_lines_stand_in_one_table_newest_first(cast: Cast, tove_client: Client) -> None:
    for text in ("Första raden", "Andra raden"):
        scenes.diary_entry(cast.treatment, text)

    work = tove_client.get(reverse("therapist:patient", args=[cast.treatment.pk])).context["work"]

    assert len(work) == 1
    table = work[0].table
    assert [row[table.columns.index("Vad jag gjorde")] for row in table.rows] == [
        "Andra raden",
        "Första raden",
    ]


def test_markup_in_a_patients_text_is_shown_as_text(cast: Cast, tove_client: Client) -> None:
    scenes.diary_entry(cast.treatment, "<script>alert(1)</script>")

    text = page(tove_client, cast.treatment)

    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;" in text


def test_what_is_missing_before_the_next_module_is_told_in_words(cast: Cast, tove_client: Client) -> None:
    scenes.diary_entry(cast.treatment)

    missing = tove_client.get(reverse("therapist:patient", args=[cast.treatment.pk])).context["missing"]

    assert missing == [
        "”Första modulen” är inte inlämnad",
        "Mina mål: 0 av 1 inlämnade",
        "Regeln är 5 dagar i varje modul: 5 dagar återstår",
    ]


def test_a_module_opens_ahead_of_its_rule_only_with_a_reason_which_is_logged(
    cast: Cast, tove_client: Client
) -> None:
    address = reverse("therapist:open_module", args=[cast.treatment.pk, "m02"])

    refused = tove_client.post(address, {"reason": " "})
    opened = tove_client.post(address, {"reason": "Har gjort övningarna på papper"})

    assert refused.status_code == 200
    assert list(refused.context["form"].errors) == ["reason"]
    assert opened.status_code == 302
    assert ModuleProgress.objects.get(module_key="m02", treatment=cast.treatment).opened_by == cast.tove
    event = TreatmentEvent.objects.get(treatment=cast.treatment, kind="module_opened", module_key="m02")
    assert event.reason == "Har gjort övningarna på papper"
    assert Entry.objects.filter(object_id="m02", reason="ahead of rule", actor=cast.tove.pk).exists()
    assert "Har gjort övningarna på papper" in page(tove_client, cast.treatment)


def test_a_too_long_reason_is_refused_and_kept_on_the_page(cast: Cast, tove_client: Client) -> None:
    address = reverse("therapist:open_module", args=[cast.treatment.pk, "m02"])

    response = tove_client.post(address, {"reason": "x" * 301})

    assert "x" * 301 in response.content.decode()
    assert not ModuleProgress.objects.filter(module_key="m02", treatment=cast.treatment).exists()


def test_opening_twice_changes_nothing_and_an_unknown_module_is_refused(
    cast: Cast, tove_client: Client
) -> None:
    for _ in range(2):
        tove_client.post(
            reverse("therapist:open_module", args=[cast.treatment.pk, "m02"]), {"reason": "Behöver det"}
        )
    unknown = tove_client.post(
        reverse("therapist:open_module", args=[cast.treatment.pk, "m99"]), {"reason": "Behöver det"}
    )

    assert ModuleProgress.objects.filter(treatment=cast.treatment).count() == 2
    assert unknown.status_code == 200


def test_the_live_part_holds_the_reasons_alone(cast: Cast, tove_client: Client) -> None:
    scenes.high_alert(cast.treatment)

    text = tove_client.get(reverse("therapist:standing", args=[cast.treatment.pk])).content.decode()

    assert "Hög risk" in text
    assert "<html" not in text


@pytest.mark.benchmark
def test_a_full_course_takes_at_most_twenty_queries(cast: Cast, tove_client: Client) -> None:
    treatment = course(cast, days_ago=15)
    scenes.high_alert(treatment, at=clock.now() - timedelta(days=14))
    for text in ("Ett", "Två", "Tre"):
        scenes.diary_entry(treatment, text)
        scenes.write(treatment, text)
    scenes.hand_in(treatment)

    with CaptureQueriesContext(connection) as captured:
        page(tove_client, treatment)

    found = scenes.statements(captured)
    assert len(found) <= 20, found
