"""Feedback: the work beside the form, the next module opened with a reason, sent once, and no text ever
lost.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.attached_files import Accepted
from ikbt.treatments.messaging import send_message
from ikbt.treatments.models import Attachment, Draft, Feedback, ModuleProgress, Treatment, TreatmentEvent
from ikbt.treatments.releasing import open_module
from programs.models import ProgramVersion
from tests.cast import Cast
from tests.therapist import scenes
from therapist.replying import give_feedback

BODY = "Fint att du kom ut på promenaden."


@pytest.fixture
def address(cast: Cast) -> str:
    scenes.diary_entry(cast.treatment)
    scenes.hand_in(cast.treatment)
    return reverse("therapist:feedback", args=[cast.treatment.pk, "m01"])


def form(**more: str) -> dict[str, Any]:
    return {"body": BODY, "client_key": str(uuid4()), "revision": "0", "next": "hold", **more}


def test_the_send_button_carries_the_patients_name(address: str, tove_client: Client) -> None:
    assert "Skicka till Anna Lind" in tove_client.get(address).content.decode()


def test_ahead_of_the_rule_it_says_why_in_words_and_holds_unless_chosen(
    address: str, tove_client: Client
) -> None:
    response = tove_client.get(address)
    context, page = response.context, response.content.decode()

    assert context["missing"] == [
        "Mina mål: 0 av 1 inlämnade",
        "Regeln är 5 dagar i varje modul: 5 dagar återstår",
    ]
    assert context["form"]["next"].value() == "hold"
    assert "reason" in context["form"].fields
    assert "Behövs om du öppnar den." in page
    assert "(frivilligt)" not in page


def test_when_the_rule_allows_it_opening_is_proposed_and_asks_no_reason(
    cast: Cast, tove_client: Client
) -> None:
    treatment = scenes.started("Elsa", unit=cast.alfa, therapist=cast.tove, version=cast.version, days_ago=6)
    ready(treatment)

    context = tove_client.get(reverse("therapist:feedback", args=[treatment.pk, "m01"])).context

    assert context["missing"] == []
    assert context["form"]["next"].value() == "open"
    assert "reason" not in context["form"].fields


def ready(treatment: Treatment) -> None:
    """All that module one asks for."""
    scenes.diary_entry(treatment)
    scenes.goal(treatment)
    scenes.hand_in(treatment)


def test_without_a_reason_nothing_is_sent_and_the_text_stays(
    cast: Cast, address: str, tove_client: Client
) -> None:
    response = tove_client.post(address, form(next="open", reason=""))

    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["reason"]
    assert BODY in response.content.decode()
    assert not Feedback.objects.exists()
    assert ModuleProgress.objects.get(treatment=cast.treatment).feedback_at is None
    assert Draft.objects.get(purpose="feedback:m01").body == BODY


def test_with_a_reason_it_is_sent_and_the_next_module_opens_and_is_logged(
    cast: Cast, address: str, tove_client: Client
) -> None:
    response = tove_client.post(address, form(next="open", reason="Hon reser i morgon"), follow=True)

    assert Feedback.objects.get(treatment=cast.treatment).body == BODY
    opened = ModuleProgress.objects.get(treatment=cast.treatment, module_key="m02")
    assert (opened.opened_by, opened.reason) == (cast.tove, "Hon reser i morgon")
    event = TreatmentEvent.objects.get(treatment=cast.treatment, kind="module_opened", module_key="m02")
    assert event.reason == "Hon reser i morgon"
    assert Entry.objects.filter(object_kind="module", reason="ahead of rule", actor=cast.tove.pk).exists()
    assert "”Andra modulen” är öppen nu." in response.content.decode()


def test_holding_sends_and_opens_nothing(cast: Cast, address: str, tove_client: Client) -> None:
    response = tove_client.post(address, form(), follow=True)

    assert Feedback.objects.count() == 1
    assert not ModuleProgress.objects.filter(module_key="m02", treatment=cast.treatment).exists()
    assert "Ingen ny modul öppnades." in response.content.decode()


def test_an_old_page_opens_the_module_it_named_and_not_the_one_after(
    cast: Cast, address: str, tove_client: Client
) -> None:
    outline = {**cast.version.outline, "modules": [*cast.version.outline["modules"]]}
    outline["modules"].append({**outline["modules"][1], "key": "m03", "title": "Tredje modulen"})
    # Past the guard of frozen versions: the cast's program has two modules only.
    QuerySet(ProgramVersion).filter(pk=cast.version.pk).update(outline=outline)
    drawn = tove_client.get(address).context["next_key"]
    standing = Treatment.objects.get(pk=cast.treatment.pk)
    open_module(standing, "m02", opened_by=cast.kim, reason="Hon reser", by=SYSTEM, at=clock.now())

    page = tove_client.post(address, form(next="open", reason="Hon reser i morgon", next_key=drawn))

    assert page.status_code == 302
    opened = ModuleProgress.objects.filter(treatment=cast.treatment).values_list("module_key", flat=True)
    assert list(opened) == ["m01", "m02"]


def test_the_page_names_the_module_it_would_open(address: str, tove_client: Client) -> None:
    assert 'name="next_key" value="m02"' in tove_client.get(address).content.decode()


def test_a_double_click_sends_once(cast: Cast, address: str, tove_client: Client) -> None:
    same = form(next="open", reason="Hon reser i morgon")

    answers = [tove_client.post(address, same) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Feedback.objects.count() == 1
    assert TreatmentEvent.objects.filter(kind="feedback_given").count() == 1


def test_an_empty_text_and_a_far_too_long_one_are_refused_in_words(address: str, tove_client: Client) -> None:
    empty = tove_client.post(address, form(body="   "))
    revision = empty.context["form"]["revision"].value()
    long = tove_client.post(address, form(body="å" * 100_000, revision=revision))

    assert list(empty.context["form"].errors) == ["body"]
    assert "90" in str(long.context["form"].errors["body"])
    assert Draft.objects.get(purpose="feedback:m01").body == "å" * 100_000
    assert not Feedback.objects.exists()


def test_a_refused_text_does_not_push_aside_what_another_tab_had_written(
    cast: Cast, address: str, tove_client: Client
) -> None:
    keep = reverse("therapist:draft", args=[cast.treatment.pk, "feedback:m01"])
    tove_client.post(keep, {"body": "Från den andra fliken", "revision": "0"})

    refused = tove_client.post(address, form(next="open", reason=""))

    shown = refused.context["form"]["body"].value()
    assert shown == Draft.objects.get().body
    assert "Från den andra fliken" in shown
    assert BODY in shown
    assert refused.context["form"]["revision"].value() == "2"


def test_a_broken_key_and_a_lone_surrogate_give_no_error_page(address: str, tove_client: Client) -> None:
    broken = tove_client.post(address, form(client_key="x", revision="-1"))
    surrogate = tove_client.post(
        address,
        data=b"body=%ED%A0%80&next=hold&client_key=x",
        content_type="application/x-www-form-urlencoded",
    )

    assert broken.status_code == surrogate.status_code == 200
    assert not Feedback.objects.exists()


def test_a_page_that_was_out_of_date_can_be_sent_the_second_time(address: str, tove_client: Client) -> None:
    refused = tove_client.post(address, form(client_key=""))
    again = {name: refused.context["form"][name].value() for name in ("body", "client_key", "revision")}

    response = tove_client.post(address, {**again, "next": "hold"})

    assert response.status_code == 302
    assert Feedback.objects.get().body == BODY


def test_a_kept_draft_stands_in_the_form_and_is_gone_after_sending(
    cast: Cast, address: str, tove_client: Client
) -> None:
    keep = reverse("therapist:draft", args=[cast.treatment.pk, "feedback:m01"])
    tove_client.post(keep, {"body": "Halvfärdigt", "revision": "0"})
    assert "Halvfärdigt" in tove_client.get(address).content.decode()

    tove_client.post(address, form())

    assert not Draft.objects.exists()


def test_a_module_that_is_not_handed_in_takes_no_feedback(cast: Cast, tove_client: Client) -> None:
    address = reverse("therapist:feedback", args=[cast.treatment.pk, "m01"])

    response = tove_client.post(address, form())

    assert response.status_code == 200
    assert not Feedback.objects.exists()
    with pytest.raises(ValidationError):
        give_feedback(
            cast.treatment,
            "m01",
            BODY,
            author=cast.tove,
            open_next="",
            reason="",
            client_key=uuid4(),
            by=SYSTEM,
            at=clock.now(),
        )


def test_a_module_that_is_not_open_has_no_page(cast: Cast, tove_client: Client) -> None:
    assert tove_client.get(reverse("therapist:feedback", args=[cast.treatment.pk, "m02"])).status_code == 404


def test_the_reflection_comes_first_and_her_question_stands_by_the_form(
    cast: Cast, address: str, tove_client: Client
) -> None:
    scenes.reflection(cast.treatment, question="Hur ofta ska jag gå ut?")

    response = tove_client.get(address)

    assert response.context["work"][0].is_reflection
    assert response.context["question"] == "Hur ofta ska jag gå ut?"
    assert "Anna frågar" in response.content.decode()


def test_a_new_message_beside_the_box_shows_its_file_through_the_desks_door(
    cast: Cast, address: str, tove_client: Client
) -> None:
    file = Accepted("remiss.pdf", "application/pdf", b"%PDF-1.4")
    send_message(
        cast.treatment,
        "Här är remissen.",
        sender=cast.anna,
        client_key=uuid4(),
        by=SYSTEM,
        at=clock.now(),
        files=[file],
    )
    door = reverse("therapist:attachment", args=[cast.treatment.pk, Attachment.objects.get().pk])

    response = tove_client.get(address)

    assert [one.name for one in response.context["news"].bubbles[0].files] == ["remiss.pdf"]
    assert f'href="{door}" download' in response.content.decode()
    assert tove_client.get(door).content == b"%PDF-1.4"


def test_after_sending_the_next_who_waits_is_one_click_away_and_logged(
    cast: Cast, address: str, tove_client: Client
) -> None:
    calm = scenes.started("Lugn", unit=cast.alfa, therapist=cast.tove, version=cast.version)
    acute = scenes.started("Akut", unit=cast.alfa, therapist=cast.tove, version=cast.version)
    scenes.write(calm, "Hej")
    alert = scenes.high_alert(acute)

    page = tove_client.post(address, form(), follow=True).content.decode()

    assert reverse("therapist:alert", args=[acute.pk, alert.pk]) in page
    assert "Lugn" not in page
    assert Entry.objects.filter(action=Entry.Action.LIST, patient=acute.patient_id).count() == 1


def test_after_sending_with_nobody_waiting_it_says_so(address: str, tove_client: Client) -> None:
    page = tove_client.post(address, form(), follow=True).content.decode()

    assert "Ingen väntar på dig just nu" in page
    assert reverse("therapist:caseload") in page


def test_feedback_takes_the_module_off_the_list(cast: Cast, address: str, tove_client: Client) -> None:
    tove_client.post(address, form())

    rows = tove_client.get(reverse("therapist:caseload")).context["caseload"].rows

    assert rows[0].reason is None


def test_an_ended_treatment_takes_no_feedback(cast: Cast, address: str, tove_client: Client) -> None:
    Treatment.objects.filter(pk=cast.treatment.pk).update(
        state=Treatment.State.CLOSED, ended_at=clock.now() - timedelta(days=1)
    )

    response = tove_client.post(address, form())

    assert response.status_code == 200
    assert BODY in response.content.decode()
    assert not Feedback.objects.exists()
