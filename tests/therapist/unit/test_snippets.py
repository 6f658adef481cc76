"""The unit's text templates: its coordinator and manager keep them, nobody else's are seen."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from ikbt.accounts.models import Snippet
from ikbt.audit.models import Entry
from tests.cast import Cast
from tests.conftest import SignIn
from tests.therapist.unit.scene import coordinator

PAGE = "/enhet/textmallar/"
NEW = {"title": "Påminnelse", "body": "Hej {förnamn}! Hur går det?"}


def made(cast: Cast, **more: object) -> Snippet:
    return Snippet.objects.create(**{"unit": cast.alfa, "changed_by": cast.manager, **NEW, **more})


def manager_client(cast: Cast, signed_in: SignIn) -> Client:
    return signed_in(cast.manager)


def test_a_coordinator_keeps_a_new_one_and_it_is_logged(cast: Cast, signed_in: SignIn) -> None:
    carin = coordinator(cast.alfa)

    page = signed_in(carin).post(PAGE, {**NEW, "unit": str(cast.alfa.pk)}, follow=True)

    snippet = Snippet.objects.get()
    assert (snippet.unit, snippet.title, snippet.changed_by) == (cast.alfa, "Påminnelse", carin)
    assert "Hur går det?" in page.content.decode()
    assert (
        Entry.objects.filter(action=Entry.Action.CREATE, object_kind="snippet", actor=carin.pk).count() == 1
    )


def test_it_is_changed_and_removed(cast: Cast, signed_in: SignIn) -> None:
    snippet, client = made(cast), manager_client(cast, signed_in)
    address = reverse("unit:snippet", args=[snippet.pk])

    client.post(address, {"title": "Ny rubrik", "body": "Hej!", "unit": str(cast.alfa.pk)})
    assert Snippet.objects.get().title == "Ny rubrik"

    client.post(address, {"remove": "1"})

    assert not Snippet.objects.exists()
    reasons = Entry.objects.filter(object_kind="snippet").values_list("reason", flat=True)
    assert "removed" in reasons


def test_the_same_title_twice_is_refused_and_what_was_typed_stays(cast: Cast, signed_in: SignIn) -> None:
    made(cast)

    page = manager_client(cast, signed_in).post(
        PAGE, {"title": "påminnelse", "body": "En annan text", "unit": str(cast.alfa.pk)}
    )

    assert "Det finns redan en med den rubriken." in page.content.decode()
    assert "En annan text" in page.content.decode()
    assert Snippet.objects.count() == 1


def test_an_empty_one_is_refused(cast: Cast, signed_in: SignIn) -> None:
    page = manager_client(cast, signed_in).post(PAGE, {"title": "", "body": ""})

    assert set(page.context["form"].errors) == {"unit", "title", "body"}


def test_another_units_is_neither_shown_nor_changed_nor_written(cast: Cast, signed_in: SignIn) -> None:
    theirs, client = made(cast, unit=cast.beta, title="Betas"), manager_client(cast, signed_in)

    assert "Betas" not in client.get(PAGE).content.decode()
    assert client.get(reverse("unit:snippet", args=[theirs.pk])).status_code == 404
    client.post(PAGE, {**NEW, "unit": str(cast.beta.pk)})
    assert Snippet.objects.count() == 1


def test_therapists_and_patients_keep_none(cast: Cast, signed_in: SignIn) -> None:
    for somebody in (cast.tove, cast.anna, cast.editor):
        assert signed_in(somebody).get(PAGE).status_code == 404
