"""D10: personal numbers and e-identities are found under the old index key until all indexes are made anew."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from pytest_django import Settings

from ikbt.accounts.models import ElectronicIdentity, Person
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.common.fields import blind_index, blind_indexes
from ikbt.common.personal_identity import parse
from ikbt.privacy.reindexing import INDEXES, make_indexes_anew, old_indexes, waiting
from tests.cast import Cast
from tests.ikbt.privacy.key_rings import ISSUER, SUBJECT

NUMBER = "19900101-2385"


@pytest.fixture
def known(cast: Cast) -> ElectronicIdentity:
    """Anna by number and by e-ID, both found by the first index key."""
    cast.anna.set_number(NUMBER)
    cast.anna.save()
    made = ElectronicIdentity(user=cast.anna, name="test", issuer=ISSUER, created_at=clock.now())
    made.keep(SUBJECT)
    made.save()
    return made


def renew(settings: Settings) -> None:
    """Another index key takes over; the one before is still listened to."""
    settings.INDEX_KEYS_BEFORE = [settings.INDEX_KEY]
    settings.INDEX_KEY = "another-key-for-tests"


def found() -> tuple[Person | None, ElectronicIdentity | None]:
    number = parse(NUMBER, today=clock.today())
    return Person.objects.with_number(number), ElectronicIdentity.objects.of(ISSUER, SUBJECT)


def test_d10_she_is_found_before_between_and_after(
    cast: Cast, known: ElectronicIdentity, settings: Settings
) -> None:
    both = (cast.anna, known)
    assert found() == both
    renew(settings)
    assert found() == both

    done = dict(make_indexes_anew(by=SYSTEM))
    settings.INDEX_KEYS_BEFORE = []

    assert found() == both
    assert done == {"accounts.Person.number_index": 1, "accounts.ElectronicIdentity.subject_index": 1}
    assert dict(make_indexes_anew(by=SYSTEM)) == dict.fromkeys(done, 0)


def test_d10_without_the_key_of_before_an_old_index_finds_nobody(
    known: ElectronicIdentity, settings: Settings
) -> None:
    """Else the test above would prove nothing."""
    renew(settings)
    settings.INDEX_KEYS_BEFORE = []

    assert found() == (None, None)


def test_d10_the_command_makes_indexes_anew_and_its_dry_run_counts_them(
    known: ElectronicIdentity, settings: Settings
) -> None:
    renew(settings)
    out = StringIO()

    call_command("rotate_field_keys", "--dry-run", stdout=out)
    assert "accounts.Person.number_index: 1 indexes to make anew" in out.getvalue()
    assert [old_indexes(index) for index in INDEXES] == [1, 1]

    call_command("rotate_field_keys", "--batch", "1", stdout=out)
    assert "accounts.Person.number_index: 1 indexes made anew" in out.getvalue()
    assert [old_indexes(index) for index in INDEXES] == [0, 0]


def test_d10_an_identity_whose_subject_is_not_kept_waits_for_its_owner(
    known: ElectronicIdentity, settings: Settings
) -> None:
    ElectronicIdentity.objects.filter(pk=known.pk).update(subject=None)
    renew(settings)
    out = StringIO()

    call_command("rotate_field_keys", stdout=out)

    assert waiting() == 1
    assert "1 e-identities get their new index when they are next used" in out.getvalue()
    assert found()[1] == known


def test_d10_a_new_index_is_made_with_the_newest_key_and_looked_up_with_all(settings: Settings) -> None:
    before = blind_index("x")
    renew(settings)

    assert blind_indexes("x") == [blind_index("x"), before]
    assert before != blind_index("x")
