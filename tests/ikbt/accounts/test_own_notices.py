"""One chooses e-mail, text message or none on one's own pages; a wrong number is said and what was typed is kept."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from ikbt.accounts.models import Person
from ikbt.accounts.preferring import choose_notices
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from tests.cast import Cast

PAGE = "/konto/notiser/"
SMS = Person.NoticesBy.SMS


def kept(cast: Cast) -> tuple[str, str]:
    row = Person.objects.get(pk=cast.anna.pk)
    return row.notices_by, row.phone


def test_the_choice_is_kept_with_the_number_in_one_form_and_logged_once(
    cast: Cast, anna_client: Client
) -> None:
    choice = {"notices_by": "sms", "phone": "070-174 06 05"}
    anna_client.post(PAGE, choice)
    answer = anna_client.post(PAGE, choice, follow=True)

    assert kept(cast) == (SMS, "+46701740605")
    assert Entry.objects.filter(object_kind="person", reason="notices", actor=cast.anna.pk).count() == 1
    assert "070-174 06 05" in answer.content.decode()
    assert 'value="070-174 06 05"' in anna_client.get(PAGE).content.decode()


@pytest.mark.parametrize("number", ["", "12", "021-12 34 56", "ring mig"])
def test_texts_need_a_number_that_takes_them_and_what_was_typed_stays(
    cast: Cast, anna_client: Client, number: str
) -> None:
    before = kept(cast)

    page = anna_client.post(PAGE, {"notices_by": "sms", "phone": number}).content.decode()

    assert kept(cast) == before
    assert "field-error" in page or "error" in page
    assert not number or f'value="{number}"' in page
    assert 'value="sms" required' in page or 'value="sms"' in page


def test_a_number_that_staff_ring_is_not_taken_away_here(cast: Cast, anna_client: Client) -> None:
    page = anna_client.post(PAGE, {"notices_by": "email", "phone": ""}).content.decode()

    assert kept(cast)[1] == cast.anna.phone
    assert "Be din vårdenhet" in page


def test_whoever_has_no_number_may_choose_mail_or_none(cast: Cast) -> None:
    Person.objects.filter(pk=cast.anna.pk).update(phone="")

    for chosen in (Person.NoticesBy.NONE, Person.NoticesBy.EMAIL):
        choose_notices(cast.anna, notices_by=chosen, phone="", by=SYSTEM)
        assert kept(cast) == (chosen, "")


def test_where_no_texts_are_sent_nobody_can_choose_them(
    cast: Cast, anna_client: Client, settings: LazySettings
) -> None:
    settings.SMS_BACKEND = ""

    assert 'value="sms"' not in anna_client.get(PAGE).content.decode()
    assert anna_client.post(PAGE, {"notices_by": "sms", "phone": "070-174 06 05"}).status_code == 200
    with pytest.raises(ValidationError):
        choose_notices(cast.anna, notices_by=SMS, phone="070-174 06 05", by=SYSTEM)
    assert kept(cast)[0] == Person.NoticesBy.EMAIL


def test_signed_out_it_opens_nothing(cast: Cast, client: Client) -> None:
    answer = client.post(PAGE, {"notices_by": "none", "phone": "070-174 06 05"})

    assert answer.status_code in {302, 403}
    assert kept(cast)[0] == Person.NoticesBy.EMAIL


def test_the_migration_carries_the_wish_for_no_mail_there_and_back(
    cast: Cast, transactional_db: None
) -> None:
    Person.objects.filter(pk=cast.anna.pk).update(notices_by=Person.NoticesBy.NONE)
    try:
        executor = MigrationExecutor(connection)
        executor.migrate([("accounts", "0012_notices_by")])
        state = executor.loader.project_state([("accounts", "0012_notices_by")])
        old = state.apps.get_model("accounts", "Person")
        assert [
            row.wants_mail
            for row in old.objects.filter(pk__in=[cast.anna.pk, cast.tove.pk]).order_by("first_name")
        ] == [
            False,
            True,
        ]
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    assert kept(cast)[0] == Person.NoticesBy.NONE
