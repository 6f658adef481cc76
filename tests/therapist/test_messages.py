"""Messages from the desk: reply once, mark read by telling and not by looking, and say that no answer is
needed.
"""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from ikbt.common import clock
from ikbt.treatments.models import CareRelation, Draft, Message, Treatment
from tests.cast import Cast
from tests.conftest import SignIn
from tests.therapist import scenes


@pytest.fixture
def address(cast: Cast) -> str:
    scenes.write(cast.treatment, "Jag orkade inte i dag.")
    return reverse("therapist:messages", args=[cast.treatment.pk])


def form(body: str = "Det låter tungt.", **more: str) -> dict[str, str]:
    return {"body": body, "client_key": str(uuid4()), "revision": "0", **more}


def test_a_reply_answers_and_marks_what_was_written_before(
    cast: Cast, address: str, tove_client: Client
) -> None:
    response = tove_client.post(address, form(), follow=True)

    hers = Message.objects.get(from_patient=True)
    assert hers.answered_at is not None
    assert hers.read_at is not None
    assert "Det låter tungt." in response.content.decode()


def test_whoever_has_sent_is_told_so(address: str, tove_client: Client) -> None:
    page = tove_client.post(address, form(), follow=True).content.decode()

    assert "Skickat till Anna Lind." in page


def test_a_message_that_came_while_she_wrote_still_waits_for_an_answer(
    cast: Cast, address: str, tove_client: Client
) -> None:
    drawn = tove_client.get(address).context["last"]
    scenes.write(cast.treatment, "Nu är det värre.")

    tove_client.post(address, form(seen=str(drawn)))

    first, late = Message.objects.filter(from_patient=True).order_by("sent_at")
    assert first.answered_at is not None
    assert (late.answered_at, late.read_at) == (None, None)
    rows = tove_client.get(reverse("therapist:caseload")).context["caseload"].rows
    assert rows[0].reason is not None


@pytest.mark.parametrize("seen", ["", "nonsense", "00000000-0000-4000-8000-000000000000"])
def test_an_empty_page_answers_nothing(seen: str, address: str, cast: Cast, tove_client: Client) -> None:
    for way in ("no_answer", "messages_read"):
        tove_client.post(reverse(f"therapist:{way}", args=[cast.treatment.pk]), {"seen": seen})
    tove_client.post(address, form(seen=seen))

    hers = Message.objects.get(from_patient=True)
    assert (hers.answered_at, hers.read_at) == (None, None)


def test_what_she_has_on_the_page_is_posted_with_both_forms(address: str, tove_client: Client) -> None:
    page = tove_client.get(address).content.decode()

    assert page.count(f'name="seen" value="{Message.objects.get().pk}"') == 2
    assert 'form="reply"' in page


def test_the_same_post_twice_is_one_message(address: str, tove_client: Client) -> None:
    same = form()

    for _ in range(2):
        assert tove_client.post(address, same).status_code == 302

    assert Message.objects.filter(from_patient=False).count() == 1


def test_the_send_button_carries_the_patients_name(address: str, tove_client: Client) -> None:
    assert "Skicka till Anna Lind" in tove_client.get(address).content.decode()


def test_reading_is_told_by_a_post_and_not_by_a_get(address: str, cast: Cast, tove_client: Client) -> None:
    tove_client.get(address)
    assert Message.objects.get().read_at is None

    tove_client.post(reverse("therapist:messages_read", args=[cast.treatment.pk]))

    assert Message.objects.get().read_at is not None


def test_no_answer_needed_clears_the_reason(address: str, cast: Cast, tove_client: Client) -> None:
    tove_client.post(reverse("therapist:no_answer", args=[cast.treatment.pk]))

    rows = tove_client.get(reverse("therapist:caseload")).context["caseload"].rows
    assert rows[0].reason is None
    assert "Inget svar behövs" not in tove_client.get(address).content.decode()


def test_a_text_that_is_too_long_is_kept_whole(address: str, tove_client: Client) -> None:
    response = tove_client.post(address, form("ö" * 100_000))

    assert "ö" * 100_000 in response.content.decode()
    assert Draft.objects.get(purpose="message").body == "ö" * 100_000
    assert Message.objects.count() == 1


def test_an_ended_treatment_takes_no_message_and_keeps_the_text(
    address: str, cast: Cast, tove_client: Client
) -> None:
    Treatment.objects.update(state=Treatment.State.CLOSED)

    response = tove_client.post(address, form())

    assert response.status_code == 200
    assert "Det låter tungt." in response.content.decode()
    assert "avslutad" in str(response.context["form"].errors)


def test_the_live_part_is_the_conversation_alone(address: str, cast: Cast, tove_client: Client) -> None:
    text = tove_client.get(reverse("therapist:newer_messages", args=[cast.treatment.pk])).content.decode()

    assert "Jag orkade inte i dag." in text
    assert "<form" in text
    assert "Ditt meddelande" not in text


def test_a_colleagues_message_stands_under_her_own_name(
    address: str, cast: Cast, tove_client: Client, signed_in: SignIn
) -> None:
    CareRelation.objects.create(
        treatment=cast.treatment, staff=cast.kim, kind=CareRelation.Kind.STAND_IN, starts_at=clock.now()
    )
    signed_in(cast.kim).post(address, form("Tove är ledig, jag svarar."))

    bubbles = tove_client.get(address).context["bubbles"]

    assert [(one.sender, one.mine) for one in bubbles] == [("Anna Lind", False), ("Kim Ek", False)]


def test_a_draft_is_kept_with_its_revision_and_two_tabs_lose_nothing(
    address: str, cast: Cast, tove_client: Client
) -> None:
    keep = reverse("therapist:draft", args=[cast.treatment.pk, "message"])

    first = tove_client.post(keep, {"body": "Ett", "revision": "0"}).json()
    second = tove_client.post(keep, {"body": "Två", "revision": "0"}).json()

    assert first == {"revision": 1}
    assert second["revision"] == 2
    assert "Ett" in second["body"]
    assert "Två" in second["body"]
    assert "Ett" in tove_client.get(address).content.decode()


@pytest.mark.parametrize("purpose", ["note:1", "notes", "feedback:", "alert:1", "message:x"])
def test_a_draft_of_something_unknown_is_not_found(cast: Cast, tove_client: Client, purpose: str) -> None:
    keep = reverse("therapist:draft", args=[cast.treatment.pk, purpose])

    assert tove_client.post(keep, {"body": "x", "revision": "0"}).status_code == 404


@pytest.mark.parametrize("revision", ["", "-1", "x", "9" * 30])
def test_a_draft_with_a_broken_revision_is_not_found(cast: Cast, tove_client: Client, revision: str) -> None:
    keep = reverse("therapist:draft", args=[cast.treatment.pk, "message"])

    assert tove_client.post(keep, {"body": "x", "revision": revision}).status_code == 404


def test_a_draft_is_seen_by_its_author_alone(
    address: str, cast: Cast, tove_client: Client, signed_in: SignIn
) -> None:
    CareRelation.objects.create(
        treatment=cast.treatment, staff=cast.kim, kind=CareRelation.Kind.STAND_IN, starts_at=clock.now()
    )
    tove_client.post(
        reverse("therapist:draft", args=[cast.treatment.pk, "message"]),
        {"body": "Mitt eget", "revision": "0"},
    )

    assert "Mitt eget" not in signed_in(cast.kim).get(address).content.decode()
