"""E1: the export holds every text that is kept about a person, in both its files, and never a secret."""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import DatabaseError, models
from django.test import Client

from ikbt.accounts.models import Person
from ikbt.accounts.session_limits import FRESH
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, Unlogged, record
from ikbt.common import clock
from ikbt.privacy.exporting import collected, export
from ikbt.privacy.inventory import Declared, load
from ikbt.privacy.owned_rows import exported_labels
from ikbt.privacy.registry import our_models
from ikbt.privacy.wording import FIELDS, MODELS
from ikbt.treatments.models import Draft, Message, WorksheetEntry
from tests.access.scene import answer_at_high_risk
from tests.cast import Cast
from tests.conftest import signed_in_client
from tests.therapist.unit.scene import confirmed

# Shorter columns hold codes and languages, which a canary doesn't fit in.
SHORTEST = 20
TEXTS = (models.CharField, models.TextField, models.JSONField)


def own_actor(person: Person) -> Actor:
    return Actor(person.pk, "patient")


def unpacked(packed: bytes) -> tuple[dict[str, Any], str]:
    """The two files of an export."""
    with ZipFile(BytesIO(packed)) as archive:
        document = json.loads(archive.read("mina-uppgifter.json"))
        return document, archive.read("mina-uppgifter.html").decode()


class Flock:
    """Puts a canary into each text field of one row of each model that is about a person."""

    def __init__(self, person: Person, declared: Declared) -> None:
        self.person, self.declared = person, declared
        self.rows: dict[str, models.Model] = {"accounts.Person": person}
        self.canaries: dict[str, str] = {}

    def release(self) -> dict[str, str]:
        """{canary: "app.Model.field"} after all rows are saved."""
        for label in self.declared.models:
            if self.declared.models[label].owner and label != "audit.Entry":
                self._mark(self.row(label), label)
        return self.canaries

    def row(self, label: str) -> models.Model:
        """The person's row of a model, made when she has none."""
        if label not in self.rows:
            model = our_models()[label]
            lookup = dict.fromkeys(self.declared.models[label].owner, self.person.pk)
            found = model._base_manager.filter(**lookup).first()
            self.rows[label] = found or self._made(model)
        return self.rows[label]

    def _made(self, model: type[models.Model]) -> models.Model:
        made = model(**{one.name: self._filled(one) for one in model._meta.local_fields if self._needs(one)})
        made.save(force_insert=True)
        return made

    def _needs(self, field: models.Field[Any, Any]) -> bool:
        return not (field.has_default() or field.null or isinstance(field, models.AutoField))

    def _filled(self, field: models.Field[Any, Any]) -> Any:
        target = field.related_model
        if isinstance(target, type) and issubclass(target, models.Model):
            label = target._meta.label
            entry = self.declared.models.get(label)
            return self.row(label) if entry and entry.owner else target._base_manager.all()[0]
        makers: list[tuple[type[models.Field[Any, Any]], Any]] = [
            (models.DateTimeField, clock.now()),
            (models.DateField, date(2026, 3, 3)),
            (models.BooleanField, True),
            (models.UUIDField, uuid.uuid4()),
            (models.IntegerField, 1),
            (models.BinaryField, b"\x01"),
            (models.JSONField, {}),
            (models.TextField, "text"),
            (models.CharField, (field.choices or [("kod"[: field.max_length],)])[0][0]),
        ]
        return next(value for kind, value in makers if isinstance(field, kind))

    def _mark(self, row: models.Model, label: str) -> None:
        for name in self.declared.models[label].fields:
            field = row._meta.get_field(name)
            long_enough = (getattr(field, "max_length", None) or SHORTEST) >= SHORTEST
            if not isinstance(field, TEXTS) or field.primary_key or not long_enough:
                continue
            canary = f"Z{len(self.canaries):03d}{uuid.uuid4().hex[:8]}"
            is_json = isinstance(row.__dict__.get(name), dict | list)
            setattr(row, name, {"kanarie": canary} if is_json else self._text(field, canary))
            self.canaries[canary] = f"{label}.{name}"
        row.save(force_update=True)

    def _text(self, field: models.Field[Any, Any], canary: str) -> str:
        return f"{canary}@example.org" if isinstance(field, models.EmailField) else canary


@pytest.fixture
def marked(cast: Cast) -> dict[str, str]:
    """Anna with a canary in every text that is kept about her."""
    answer_at_high_risk(cast.treatment)
    return Flock(cast.anna, load()).release()


def test_e1_every_text_about_her_is_in_both_files_and_no_secret_is(
    cast: Cast, marked: dict[str, str]
) -> None:
    declared = load()
    packed = export(cast.anna, by=own_actor(cast.anna), at=clock.now())
    document, page = unpacked(packed)
    told = json.dumps(document, ensure_ascii=False)

    def is_exported(place: str) -> bool:
        label, _, name = place.rpartition(".")
        return name in declared.exported(label)

    wanted = {canary for canary, place in marked.items() if is_exported(place)}
    kept_back = set(marked) - wanted
    assert {marked[one] for one in wanted if one not in told} == set()
    assert {marked[one] for one in wanted if one not in page} == set()
    assert {marked[one] for one in kept_back if one in told or one in page} == set()
    places = set(marked.values())
    assert {"treatments.Message.body", "treatments.Alert.note", "measurements.AnswerSet.answers"} <= places
    assert {"accounts.Person.password", "accounts.AuthenticatorApp.seed"} <= {
        marked[one] for one in kept_back
    }


def test_every_model_about_a_person_has_a_row_in_the_export(cast: Cast, marked: dict[str, str]) -> None:
    data = collected(cast.anna, at=clock.now())["data"]

    assert [label for label in exported_labels(load()) if not data[label]] == []


def test_every_exported_field_has_a_row_key_and_a_word() -> None:
    declared = load()
    names = {name for label in exported_labels(declared) for name in declared.exported(label)}

    assert names - {"id"} - set(FIELDS) == set(), "Say in ikbt/privacy/wording.py what the reader calls it."
    assert set(exported_labels(declared)) == set(MODELS), "Say in ikbt/privacy/wording.py."


def test_nothing_of_another_person_is_in_it(cast: Cast) -> None:
    now = clock.now()
    Message.objects.create(
        treatment=cast.other_treatment,
        sender=cast.pia,
        from_patient=True,
        body="CANARY-pia",
        sent_at=now,
        client_key=uuid.uuid4(),
    )

    document, page = unpacked(export(cast.anna, by=own_actor(cast.anna), at=now))

    assert "CANARY-pia" not in json.dumps(document) + page
    assert str(cast.other_treatment.pk) not in json.dumps(document)


def test_staff_get_their_own_data_and_nothing_of_their_patients(cast: Cast, marked: dict[str, str]) -> None:
    Draft.objects.create(
        treatment=cast.treatment, author=cast.tove, purpose="alert", body="CANARY-note", saved_at=clock.now()
    )

    document, page = unpacked(export(cast.tove, by=own_actor(cast.tove), at=clock.now()))
    told = json.dumps(document) + page

    assert cast.tove.email in told
    assert "CANARY-note" not in told
    assert [place for canary, place in marked.items() if canary in told] == []


def test_a_therapists_draft_is_not_yet_the_patients_record(cast: Cast) -> None:
    for author, body in ((cast.tove, "CANARY-tove"), (cast.anna, "CANARY-anna")):
        Draft.objects.create(
            treatment=cast.treatment, author=author, purpose="message", body=body, saved_at=clock.now()
        )

    told = json.dumps(collected(cast.anna, at=clock.now()))

    assert "CANARY-anna" in told
    assert "CANARY-tove" not in told


def test_answers_and_work_are_told_as_question_and_answer(cast: Cast) -> None:
    answer_at_high_risk(cast.treatment)
    now = clock.now()
    WorksheetEntry.objects.create(
        treatment=cast.treatment,
        module_key="m01",
        step_key="m01-s03",
        exercise="goal_setting",
        definition_hash="0" * 64,
        values={"okänt": "CANARY-okänt"},
        client_key=uuid.uuid4(),
        created_at=now,
        saved_at=now,
    )

    _, page = unpacked(export(cast.anna, by=own_actor(cast.anna), at=now))

    assert "Lite intresse eller glädje i att göra saker" in page
    assert "Mer än hälften av dagarna" in page
    assert "CANARY-okänt" in page


def test_her_access_log_is_in_it_by_the_words_of_her_log_page(cast: Cast) -> None:
    record(
        Entry.Action.READ,
        by=Actor(cast.tove.pk, "therapist", cast.alfa.pk, address="192.0.2.77"),
        kind="treatment",
        patient=cast.anna.pk,
        relation="responsible",
    )

    document, _ = unpacked(export(cast.anna, by=own_actor(cast.anna), at=clock.now()))
    log = json.dumps(document["access_log"])

    assert "Tove Berg" in log
    assert "192.0.2.77" not in log


def test_the_download_is_a_zip_and_leaves_a_row_in_her_log(cast: Cast) -> None:
    response = confirmed(cast.anna).post("/mina-uppgifter/hamta/")

    assert response.status_code == 200
    assert response["Content-Type"] == "application/zip"
    assert "no-store" in response["Cache-Control"]
    document, page = unpacked(response.content)
    assert document["person"] == str(cast.anna.pk)
    assert "<style" not in page
    row = Entry.objects.filter(action=Entry.Action.EXPORT, patient=cast.anna.pk).get()
    assert (row.actor, row.object_kind) == (cast.anna.pk, "own data")


def test_the_download_asks_for_a_fresh_second_factor(cast: Cast) -> None:
    client = signed_in_client(cast.anna)
    session = client.session
    session[FRESH] = (clock.now() - timedelta(hours=1)).timestamp()
    session.save()

    response = client.post("/mina-uppgifter/hamta/", HTTP_ACCEPT="text/html")

    assert response.status_code == 403
    assert not Entry.objects.filter(action=Entry.Action.EXPORT).exists()


def test_without_a_log_row_there_is_no_export(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(Entry, "save", full)

    with pytest.raises(Unlogged):
        export(cast.anna, by=own_actor(cast.anna), at=clock.now())


def test_a_stranger_gets_nothing(db: None) -> None:
    assert Client().post("/mina-uppgifter/hamta/").status_code in {302, 403}


def test_times_are_told_in_swedish_time(cast: Cast) -> None:
    at = datetime.fromisoformat("2026-03-03T09:14:00+00:00")
    Draft.objects.create(treatment=cast.treatment, author=cast.anna, purpose="message", body="x", saved_at=at)

    (row,) = collected(cast.anna, at=at + timedelta(days=1))["data"]["treatments.Draft"]

    assert row["saved_at"] == "2026-03-03T10:14:00+01:00"
