"""From one patient to the next in one act; a text written for another is refused and kept; a late answer is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.models import CareRelation, Draft, Feedback, Message, ModuleProgress, Treatment
from tests.cast import Cast
from tests.conftest import SignIn, signed_in_client
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


def other(cast: Cast, name: str = "Nästa") -> Treatment:
    return scenes.started(name, unit=cast.alfa, therapist=cast.tove, version=cast.version)


def kim_stands_in(cast: Cast) -> None:
    CareRelation.objects.create(
        treatment=cast.treatment,
        staff=cast.kim,
        kind=CareRelation.Kind.STAND_IN,
        starts_at=clock.now() - timedelta(hours=1),
    )


def test_one_act_sends_opens_the_next_module_and_leads_to_the_next_patient(
    cast: Cast, address: str, tove_client: Client
) -> None:
    waits = other(cast)
    scenes.hand_in(waits)

    answer = tove_client.post(address, form(next="open", reason="Hon reser", next_key="m02", then="next"))

    assert answer.headers["Location"] == reverse("therapist:feedback", args=[waits.pk, "m01"])
    assert Feedback.objects.get().treatment == cast.treatment
    assert ModuleProgress.objects.filter(treatment=cast.treatment, module_key="m02").exists()
    assert Entry.objects.filter(action=Entry.Action.LIST, patient=waits.patient_id).count() == 1
    page = tove_client.get(answer.headers["Location"]).content.decode()
    assert "Skickat till Anna Lind. Det här är nästa som behöver dig: Nästa Testsson." in page


def test_going_on_with_nobody_waiting_ends_at_the_page_that_says_so(
    cast: Cast, address: str, tove_client: Client
) -> None:
    answer = tove_client.post(address, form(then="next"))

    assert answer.headers["Location"].endswith("/skickat/")


def test_a_reply_goes_on_to_the_next_too(cast: Cast, tove_client: Client) -> None:
    scenes.write(cast.treatment, "Hej")
    alert = scenes.high_alert(other(cast))

    answer = tove_client.post(reverse("therapist:messages", args=[cast.treatment.pk]), form(then="next"))

    assert answer.headers["Location"] == reverse("therapist:alert", args=[alert.treatment_id, alert.pk])


@pytest.mark.parametrize("where", ["feedback", "messages"])
def test_her_name_stands_at_the_text_and_on_every_button_that_sends(
    where: str, cast: Cast, address: str, tove_client: Client
) -> None:
    page = tove_client.get(at(cast, where)).content.decode()

    assert "<strong>Anna Lind</strong>" in page
    assert "Skicka till Anna Lind<" in page
    assert "Skicka till Anna Lind, gå till nästa" in page
    assert f'name="written_for" value="{cast.treatment.pk}"' in page


def at(cast: Cast, where: str) -> str:
    arguments = [cast.treatment.pk, "m01"] if where == "feedback" else [cast.treatment.pk]
    return reverse(f"therapist:{where}", args=arguments)


@pytest.mark.parametrize("where", ["feedback", "messages"])
def test_a_text_written_for_another_patient_is_refused_shown_and_kept_where_it_belongs(
    where: str, cast: Cast, address: str, tove_client: Client
) -> None:
    hers = other(cast)

    refused = tove_client.post(at(cast, where), form(written_for=str(hers.pk)))
    page = refused.content.decode()

    assert not Feedback.objects.exists()
    assert not Message.objects.exists()
    assert "på en annan patients sida" in page
    assert BODY in page
    assert [(draft.treatment, draft.body) for draft in Draft.objects.all()] == [(hers, BODY)]


def test_read_through_it_can_be_sent_to_the_one_whose_name_is_shown(
    cast: Cast, address: str, tove_client: Client
) -> None:
    refused = tove_client.post(address, form(written_for=str(other(cast).pk)))
    shown = refused.context["form"]
    again = {name: str(shown[name].value()) for name in ("body", "client_key", "revision", "written_for")}

    tove_client.post(address, {**again, "next": "hold"})

    assert Feedback.objects.get().treatment == cast.treatment


@pytest.mark.parametrize("said", ["nonsense", "00000000-0000-4000-8000-000000000000"])
def test_a_text_for_nobody_she_cares_for_stays_on_the_page_alone(
    said: str, cast: Cast, address: str, tove_client: Client
) -> None:
    page = tove_client.post(address, form(written_for=said)).content.decode()

    assert BODY in page
    assert not Draft.objects.exists()
    assert not Feedback.objects.exists()


def test_another_units_patient_gets_no_draft_from_a_forged_page(
    cast: Cast, address: str, tove_client: Client
) -> None:
    tove_client.post(address, form(written_for=str(cast.other_treatment.pk)))

    assert not Draft.objects.exists()


def test_what_a_colleague_answered_meanwhile_is_told_and_the_late_text_is_kept(
    cast: Cast, address: str, tove_client: Client
) -> None:
    seen = str(tove_client.get(address).context["earlier_seen"])
    answered = clock.now()
    give_feedback(
        cast.treatment,
        "m01",
        "Bra gjort!",
        author=cast.kim,
        open_next="",
        reason="",
        client_key=uuid4(),
        by=SYSTEM,
        at=answered,
    )

    late = tove_client.post(address, form(seen=seen))
    page = late.content.decode()

    assert f"Kim Ek svarade kl. {answered.astimezone(clock.STOCKHOLM):%H.%M}" in page
    assert "Bra gjort!" in page
    assert Feedback.objects.count() == 1
    assert Draft.objects.get(author=cast.tove).body == BODY

    again = {name: str(late.context["form"][name].value()) for name in ("body", "client_key", "revision")}
    tove_client.post(address, {**again, "next": "hold", "seen": str(late.context["earlier_seen"])})

    assert Feedback.objects.count() == 2


def test_a_late_reply_is_told_and_kept(cast: Cast, tove_client: Client) -> None:
    kim_stands_in(cast)
    seen = scenes.write(cast.treatment, "Hej")
    scenes.write(cast.treatment, "Jag tar det.", sender=cast.kim)
    address = reverse("therapist:messages", args=[cast.treatment.pk])

    late = tove_client.post(address, form(seen=str(seen.pk)))

    assert "Kim Ek svarade kl." in late.content.decode()
    assert Message.objects.filter(sender=cast.tove).count() == 0
    assert Draft.objects.get(author=cast.tove).body == BODY

    tove_client.post(address, form(seen=str(late.context["last"])))

    assert Message.objects.filter(sender=cast.tove).count() == 1


def test_her_own_earlier_reply_is_no_colleagues(cast: Cast, tove_client: Client) -> None:
    seen = scenes.write(cast.treatment, "Hej")
    scenes.write(cast.treatment, "Hej själv", sender=cast.tove)

    tove_client.post(reverse("therapist:messages", args=[cast.treatment.pk]), form(seen=str(seen.pk)))

    assert Message.objects.filter(sender=cast.tove).count() == 2


def test_a_draft_outlives_the_session_and_stands_there_after_signing_in_again(
    cast: Cast, address: str, tove_client: Client
) -> None:
    keep = reverse("therapist:draft", args=[cast.treatment.pk, "feedback:m01"])
    tove_client.post(keep, {"body": "Halvfärdigt", "revision": "0"})
    tove_client.session.flush()
    refused = tove_client.post(
        keep, {"body": "Halvfärdigt, mer", "revision": "1"}, headers={"X-Requested-With": "fetch"}
    )
    assert refused.status_code == 403

    page = signed_in_client(cast.tove).get(address).content.decode()

    assert "Halvfärdigt</textarea>" in page


def test_what_is_new_since_staff_last_wrote_stands_beside_the_box(
    cast: Cast, address: str, tove_client: Client
) -> None:
    scenes.write(cast.treatment, "Gammalt", at=clock.now() - timedelta(days=3))
    scenes.write(cast.treatment, "Svar", sender=cast.tove, at=clock.now() - timedelta(days=2))
    scenes.write(cast.treatment, "Ny fråga")
    scenes.answer(cast.treatment, scenes.SAFE)

    news = tove_client.get(address).context["news"]

    assert [bubble.text for bubble in news.bubbles] == ["Ny fråga"]
    assert news.lines == ["PHQ-9 8 (Start)"]
    assert news.since == "för 2\xa0dagar sedan"


def test_before_anybody_has_written_everything_is_new(cast: Cast, address: str, tove_client: Client) -> None:
    scenes.write(cast.treatment, "Hej")

    response = tove_client.get(address)

    assert response.context["news"].since == ""
    assert "Sedan start" in response.content.decode()


def test_a_key_of_another_page_answers_nothing_twice(cast: Cast, address: str, signed_in: SignIn) -> None:
    """The same form posted twice is the same feedback, though its own stands since."""
    client, same = signed_in(cast.tove), form(seen="")

    statuses = [client.post(address, same).status_code for _ in range(2)]

    assert statuses == [302, 302]
    assert UUID(same["client_key"]) == Feedback.objects.get().client_key
