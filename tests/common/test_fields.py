"""What is sealed can't be read in the database, moved to another row, or changed; old keys still open it."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import Model
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from ikbt.accounts.models import Person
from ikbt.common.fields import EncryptedTextField, Sealed, Unreadable, blind_index, key_ring, seal, unseal

CANARY = "191212121212"
OLD, NEW = (f"{name}:{base64.b64encode(name[0].encode() * 32).decode()}" for name in ("old", "new"))


def encrypted(model: type[Model]) -> list[EncryptedTextField]:
    return [field for field in model._meta.local_fields if isinstance(field, EncryptedTextField)]


@pytest.fixture
def anna(db: None) -> Person:
    made = Person(email="a@example.org", first_name="Anna", last_name="Lind")
    made.set_number("19121212-1212")
    made.save()
    return made


@pytest.fixture
def pia(db: None) -> Person:
    return Person.objects.create(
        email="p@example.org", first_name="Pia", last_name="Sand", personal_number="x"
    )


def raw(person: Person) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT personal_number FROM accounts_person WHERE email = %s", [person.email])
        return str(cursor.fetchone()[0])


@given(st.text())
def test_any_text_comes_back_with_surrogates_made_harmless(text: str) -> None:
    back = unseal(seal(text, place="a.B.c:1"), place="a.B.c:1")

    assert back == text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def test_number_reads_back_and_the_row_holds_no_digit_of_it(anna: Person) -> None:
    assert Person.objects.get(pk=anna.pk).personal_number == CANARY
    assert CANARY not in raw(anna)
    assert CANARY[:8] not in raw(anna)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "sqlite" not in django_settings.DATABASES["default"]["ENGINE"], reason="reads SQLite's own files"
)
def test_number_is_not_in_the_database_file_or_its_log() -> None:
    made = Person(email="a@example.org", first_name="Anna", last_name="KANARIE-KLARTEXT")
    made.set_number("19121212-1212")
    made.save()

    file = Path(connection.settings_dict["NAME"])
    found = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))

    assert b"KANARIE-KLARTEXT" in found
    assert CANARY.encode() not in found


def test_ciphertext_of_another_row_is_refused(anna: Person, pia: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_person SET personal_number = %s WHERE email = %s", [raw(anna), pia.email]
        )

    with pytest.raises(Unreadable):
        _ = Person.objects.get(pk=pia.pk).personal_number


def test_ciphertext_of_another_field_is_refused() -> None:
    sealed = seal("text", place="a.Model.first:1")

    with pytest.raises(Unreadable):
        unseal(sealed, place="a.Model.second:1")


@pytest.mark.parametrize("place", [5, 20, -3])
def test_changed_ciphertext_is_refused(place: int) -> None:
    name, _, encoded = seal("a text of some length", place="a.B.c:1").partition(":")
    data = bytearray(base64.b64decode(encoded))
    data[place] ^= 1

    with pytest.raises(Unreadable):
        unseal(f"{name}:{base64.b64encode(bytes(data)).decode()}", place="a.B.c:1")


@pytest.mark.parametrize(
    "broken", ["", "unknown:AAAA", "test:" + "A" * 40, "no colon", "test:!", "test:AAAA"]
)
def test_what_was_never_a_ciphertext_is_refused_in_the_same_words(broken: str) -> None:
    with pytest.raises(Unreadable):
        unseal(broken, place="a.B.c:1")


def test_same_text_is_sealed_differently_each_time() -> None:
    assert seal("text", place="a.B.c:1") != seal("text", place="a.B.c:1")


def test_new_key_seals_and_the_old_still_opens(settings: Settings) -> None:
    settings.FIELD_KEYS = [OLD]
    before = seal("text", place="a.B.c:1")

    settings.FIELD_KEYS = [NEW, OLD]

    assert unseal(before, place="a.B.c:1") == "text"
    assert seal("text", place="a.B.c:1").startswith("new:")


def test_key_that_has_left_the_ring_opens_nothing(settings: Settings) -> None:
    settings.FIELD_KEYS = [OLD]
    before = seal("text", place="a.B.c:1")

    settings.FIELD_KEYS = [NEW]

    with pytest.raises(Unreadable, match="not on the ring"):
        unseal(before, place="a.B.c:1")


@pytest.mark.parametrize("keys", [["nameless"], [":" + "A" * 44], ["short:QUJD"]])
def test_malformed_key_is_told(settings: Settings, keys: list[str]) -> None:
    settings.FIELD_KEYS = keys

    with pytest.raises(ImproperlyConfigured):
        key_ring()


def test_nothing_is_sealed_without_a_key(settings: Settings) -> None:
    settings.FIELD_KEYS = []

    with pytest.raises(ImproperlyConfigured):
        seal("text", place="a.B.c:1")


def test_saving_what_was_never_opened_keeps_the_ciphertext(anna: Person) -> None:
    before = raw(anna)

    loaded = Person.objects.get(pk=anna.pk)
    loaded.save()

    assert raw(anna) == before


def test_plain_text_can_reach_the_column_by_no_side_way(anna: Person) -> None:
    with pytest.raises(TypeError):
        Person.objects.filter(pk=anna.pk).update(personal_number=CANARY)
    with pytest.raises(TypeError):
        Person.objects.filter(personal_number=CANARY).exists()


def test_missing_number_stays_missing(db: None) -> None:
    made = Person.objects.create(email="n@example.org", first_name="N", last_name="N")

    assert Person.objects.get(pk=made.pk).personal_number is None


def test_deferred_number_is_opened_when_asked_for(anna: Person) -> None:
    assert Person.objects.defer("personal_number").get(pk=anna.pk).personal_number == CANARY


def test_person_is_found_by_a_keyed_index(anna: Person, settings: Settings) -> None:
    assert anna.number_index == blind_index(CANARY)
    settings.INDEX_KEY = "another"
    assert anna.number_index != blind_index(CANARY)


def test_sealed_text_says_which_key_sealed_it() -> None:
    assert isinstance(seal("x", place="p"), Sealed)
    assert seal("x", place="p").split(":")[0] == next(iter(key_ring()))


@pytest.mark.parametrize(
    "model", [one for one in apps.get_models() if encrypted(one)], ids=lambda model: model._meta.label
)
def test_what_nobody_wrote_is_empty_and_no_mark_of_the_program(model: type[Model]) -> None:
    made = model()

    for field in encrypted(model):
        assert getattr(made, field.attname) in (None, "", {}, []), field.name
