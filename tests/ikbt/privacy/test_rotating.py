"""D10: a new key takes over every encrypted column, in batches that may be broken off, and the old one may go."""

from __future__ import annotations

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from ikbt.accounts.models import AuthenticatorApp, Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common.fields import EncryptedTextField, Unreadable, unseal
from ikbt.common.sealed_columns import keys_in_use, label, sealed_columns
from ikbt.privacy import rotating
from ikbt.privacy.key_use import check_keys, uses
from ikbt.privacy.rotating import Refused, look_through, rotate
from ikbt.treatments.models import Feedback, Message
from tests.access.test_canaries import FEEDBACK, MESSAGE, Scene
from tests.cast import SEED
from tests.conftest import signed_in_client
from tests.ikbt.privacy.key_rings import NEW, OLD, swap_bodies, write_everything
from tests.therapist.scenes import write

FILLED = {
    "access_log.Case.note",
    "accounts.AuthenticatorApp.seed",
    "accounts.ElectronicIdentity.subject",
    "accounts.Person.personal_number",
    "privacy.ErasureRequest.words",
    "treatments.Alert.note",
    "treatments.Draft.body",
    "treatments.EmergencyAccess.why",
    "treatments.EntryVersion.values",
    "treatments.Feedback.body",
    "treatments.Message.body",
    "treatments.WorksheetEntry.values",
}


@pytest.fixture
def scene(db: None, settings: Settings) -> Scene:
    """Everything sealed with the old key; then the new one comes first on the ring."""
    made = write_everything(settings, OLD)
    settings.FIELD_KEYS = [NEW, OLD]
    return made


def in_use() -> dict[str, int]:
    """How many values each key seals."""
    return {use.name: use.values for use in uses() if use.values}


def run(*words: str) -> str:
    out = StringIO()
    call_command("rotate_field_keys", *words, stdout=out)
    return out.getvalue()


def read_all() -> list[tuple[str, str, object]]:
    """Every encrypted value, opened."""
    return [
        (label(column), str(row.pk), getattr(row, column.attname))
        for column in sealed_columns()
        for row in column.model._base_manager.order_by("pk")
    ]


def test_d10_every_encrypted_field_is_found_and_each_has_a_row_here(scene: Scene) -> None:
    declared = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, EncryptedTextField)
    }

    assert {label(column) for column in sealed_columns()} == declared
    assert declared >= FILLED
    assert {label(column) for column in sealed_columns() if keys_in_use(column)["old"]} >= FILLED


def test_d10_after_the_rotation_everything_reads_without_the_old_key(
    scene: Scene, settings: Settings
) -> None:
    before = read_all()

    said = run()

    settings.FIELD_KEYS = [NEW]
    assert read_all() == before
    assert set(in_use()) == {"new"}
    assert MESSAGE in str(before)
    assert SEED in str(before)
    assert "treatments.Message.body: 1 rows sealed anew" in said
    assert "Key 'old': 0 values; may leave the ring." in said
    code = AuthenticatorApp.objects.get(user=scene.cast.anna)
    assert code.seed == SEED


def test_d10_pages_read_while_both_keys_are_on_the_ring(scene: Scene) -> None:
    client = signed_in_client(scene.cast.anna)
    page = f"/behandling/{scene.cast.treatment.pk}/meddelanden/"

    before = MESSAGE in client.get(page).content.decode()
    run()

    assert before
    assert MESSAGE in client.get(page).content.decode()


def test_d10_a_dry_run_counts_and_changes_nothing(scene: Scene) -> None:
    before, logged = in_use(), Entry.objects.count()

    said = run("--dry-run")

    assert in_use() == before
    assert set(before) == {"old"}
    assert Entry.objects.count() == logged
    assert "treatments.Feedback.body: 1 rows to seal anew" in said
    assert "Nothing was changed." in said
    assert "Key 'old': " in said
    assert "still in use" in said


def test_d10_a_rotation_that_was_broken_off_goes_on_where_it_was(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        write(scene.cast.treatment, f"text {number}")
    whole = rotating._seal_anew
    done: list[object] = []

    def breaks_off(column: EncryptedTextField, rows: list[rotating.Row], **more: object) -> int:
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(rows)
        return whole(column, rows, by=SYSTEM)

    write_with_old = [column for column in sealed_columns() if label(column) == "treatments.Message.body"]
    monkeypatch.setattr(rotating, "_seal_anew", breaks_off)
    with pytest.raises(KeyboardInterrupt):
        rotate(sealed_columns(), by=SYSTEM, batch=2)
    half = in_use()
    monkeypatch.setattr(rotating, "_seal_anew", whole)

    again = dict(rotate(sealed_columns(), by=SYSTEM, batch=2))

    assert half["new"] > 0
    assert half["old"] > 0
    assert sum(again.values()) == half["old"]
    assert set(in_use()) == {"new"}
    assert keys_in_use(write_with_old[0])["new"] == 8
    assert sum(dict(rotate(sealed_columns(), by=SYSTEM)).values()) == 0


@pytest.mark.parametrize("batch", [1, 3, 500])
def test_d10_the_size_of_a_batch_changes_nothing_in_the_end(batch: int, scene: Scene) -> None:
    values = sum(in_use().values())

    sealed = dict(rotate(sealed_columns(), by=SYSTEM, batch=batch))

    assert sum(sealed.values()) == values
    assert set(in_use()) == {"new"}


def test_d10_one_unreadable_row_stops_everything_and_is_named(scene: Scene) -> None:
    lost = Message.objects.get(treatment=scene.cast.treatment)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE treatments_message SET body = %s", ["old:" + "A" * 80])
    before = in_use()

    with pytest.raises(Refused, match=str(lost.pk)):
        rotate(sealed_columns(), by=SYSTEM)
    with pytest.raises(CommandError, match=r"treatments\.Message\.body of row") as told:
        run()
    with pytest.raises(CommandError, match=r"treatments\.Message\.body of row"):
        run("--dry-run")

    assert told.value.returncode == 1
    assert in_use() == before
    assert MESSAGE not in str(told.value)


def test_d10_text_whose_key_has_left_the_ring_too_early_is_not_touched(
    scene: Scene, settings: Settings
) -> None:
    settings.FIELD_KEYS = [NEW]

    with pytest.raises(Refused, match="not on the ring"):
        rotate(sealed_columns(), by=SYSTEM)
    assert set(in_use()) == {"old"}


def test_d10_ciphertexts_swapped_between_rows_or_fields_give_an_error(scene: Scene) -> None:
    cast = scene.cast
    first = Message.objects.get(treatment=cast.treatment)
    second = write(cast.treatment, "en annan text")
    swap_bodies(first, second)

    for message in Message.objects.all():
        with pytest.raises(Unreadable):
            _ = message.body

    feedback = Feedback.objects.get()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE treatments_feedback SET body = (SELECT seed FROM accounts_authenticatorapp LIMIT 1)"
        )
    with pytest.raises(Unreadable):
        _ = Feedback.objects.get(pk=feedback.pk).body
    found = {one.name: one.unreadable for one in look_through(sealed_columns()) if one.unreadable}
    assert set(found) == {"treatments.Feedback.body", "treatments.Message.body"}


def test_d10_what_is_saved_while_a_batch_runs_is_not_overwritten(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    feedback = Feedback.objects.get()
    looked: list[str] = []

    def somebody_saves(sealed: str, *, place: str) -> str:
        """Between the reading of the row and its writing; the first time is the look before all."""
        looked.append(place)
        if place.startswith("treatments.Feedback.body") and looked.count(place) == 2:
            feedback.body = "nyskrivet"
            feedback.save()
        return unseal(sealed, place=place)

    monkeypatch.setattr(rotating, "unseal", somebody_saves)
    rotate(sealed_columns(), by=SYSTEM)

    assert Feedback.objects.get().body == "nyskrivet"
    assert FEEDBACK != "nyskrivet"


def test_d10_each_batch_is_logged_without_a_word_of_it(scene: Scene) -> None:
    rotate(sealed_columns(), by=SYSTEM)

    rows = Entry.objects.filter(object_kind="key rotation")
    assert {row.reason.split(":")[0] for row in rows} >= FILLED
    assert all(row.role == "system" and row.reason.endswith("key new") for row in rows)


def test_d10_check_says_that_a_key_is_still_in_use_and_when_it_may_go(
    scene: Scene, settings: Settings
) -> None:
    said = check_keys(None, databases=["default"])
    rotate(sealed_columns(), by=SYSTEM)
    after = check_keys(None, databases=["default"])
    settings.FIELD_KEYS = [OLD]
    gone = check_keys(None, databases=["default"])

    assert [one.id for one in said] == ["privacy.W001"]
    assert "'old' still seals" in said[0].msg
    assert [one.id for one in after] == ["privacy.I001"]
    assert [one.id for one in gone] == ["privacy.E001"]
    assert "'new', which is not on the ring" in gone[0].msg
    assert check_keys(None, databases=None) == []


def test_d10_djangos_check_runs_it_when_asked_for_the_database(scene: Scene, settings: Settings) -> None:
    settings.FIELD_KEYS = [NEW]
    with pytest.raises(Exception, match="not on the ring"):
        call_command("check", "--deploy", "--database", "default", "--tag", "database", stderr=StringIO())


def test_d10_a_batch_must_hold_something(db: None) -> None:
    with pytest.raises(CommandError, match="at least 1"):
        run("--batch", "0")


def test_d10_the_number_is_not_asked_for_again_by_its_index(scene: Scene, settings: Settings) -> None:
    """Field keys and index keys are apart: the rotation of one leaves the other."""
    before = Person.objects.get(pk=scene.cast.anna.pk).number_index

    run()

    assert Person.objects.get(pk=scene.cast.anna.pk).number_index == before
