"""A canary in every encrypted column of the database, so that whoever looks for one has looked for all of them."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db.models import Field, Model

from ikbt.access_log.models import Case, Review
from ikbt.accounts.models import ElectronicIdentity
from ikbt.common import clock
from ikbt.common.fields import EncryptedJSONField, EncryptedTextField
from ikbt.privacy.models import ErasureAnswer, ErasureRequest
from ikbt.treatments.models import (
    CarePlan,
    EntryVersion,
    Note,
    PathDecision,
    Pause,
    RiskAssessment,
    SleepWindow,
    Transfer,
    Treatment,
    WorksheetEntry,
)
from tests.access.scene import file_in
from tests.cast import Cast

Column = tuple[type[Model], Field[Any, Any]]
# These hold a form that a canary has not: tests/access/test_canaries.py looks for their own values.
OF_A_FORM = frozenset(
    {("Person", "personal_number"), ("AuthenticatorApp", "seed"), ("Attachment", "content")}
)
# What staff write and no patient reads.
STAFFS_OWN = frozenset(
    {
        ("Alert", "note"),
        ("EmergencyAccess", "decision_note"),
        ("Case", "note"),
        ("Note", "body"),
        ("CarePlan", "body"),
        ("RiskAssessment", "protective"),
        ("RiskAssessment", "note"),
        ("RiskAssessment", "action"),
        ("RiskAssessment", "correction_reason"),
        ("TreatmentDecision", "reason"),
        ("Transfer", "summary"),
    }
)


def encrypted_columns() -> list[Column]:
    """All of them, of whatever app."""
    return [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField | EncryptedJSONField)
        and (model.__name__, field.name) not in OF_A_FORM
    ]


def canary(model: type[Model], name: str) -> str:
    """Plain letters, so that no escaping could hide it."""
    return f"kanariefagel{model.__name__}{name}".replace("_", "").lower()


def plant_everywhere(cast: Cast) -> dict[tuple[str, str], str]:
    """A canary in at least one row of each encrypted column; what has no row gets one. Needs the scene's rows."""
    _make_rows(cast)
    planted = {}
    for model, field in encrypted_columns():
        text = canary(model, field.name)
        row = model._base_manager.order_by("pk").last()
        assert row is not None, f"Make a row of {model.__name__} in tests/access/planting.py."
        setattr(row, field.name, {"text": text} if isinstance(field, EncryptedJSONField) else text)
        row.save()
        planted[model.__name__, field.name] = text
    return planted


def _make_rows(cast: Cast) -> None:
    now = clock.now()
    request = ErasureRequest.objects.create(person=cast.anna, asked_at=now, words="x", erased={})
    ErasureAnswer.objects.create(
        request=request, unit=cast.alfa, decision="kept", words="x", decided_by=cast.manager, decided_at=now
    )
    review = Review.objects.create(
        since=now - timedelta(days=1), until=now, begun_by=cast.auditor, begun_at=now, rows=1
    )
    Case.objects.create(
        review=review, position=1, entry=1, at=now, actor=cast.tove.pk, patient=cast.anna.pk, rows=1
    )
    ElectronicIdentity._base_manager.create(
        user=cast.anna, name="e-ID", issuer="https://id.example", subject_index=uuid4().hex, created_at=now
    )
    entry = WorksheetEntry.objects.filter(treatment=cast.treatment).first()
    assert entry is not None
    EntryVersion.objects.create(entry=entry, values={}, revision=0, kept_at=now, why="changed")
    _make_rows_of_the_course(cast, cast.treatment)


def _make_rows_of_the_course(cast: Cast, treatment: Treatment) -> None:
    """What interrupts and steers a course; all of it over, so that no page treats it as going on."""
    now, today = clock.now(), clock.today()
    Pause.objects.create(
        treatment=treatment, begins_on=today, resumes_on=today, days=0, by_patient=True, ended_at=now
    )
    Transfer.objects.create(
        treatment=treatment,
        from_unit=cast.alfa,
        to_unit=cast.beta,
        offered_at=now,
        answer_by=now,
        summary="x",
        answer=Transfer.Answer.WITHDRAWN,
        answered_at=now,
    )
    PathDecision.objects.create(
        treatment=treatment,
        kind=PathDecision.Kind.CHOICE,
        key="over",
        answer=[],
        decided_by=cast.anna,
        decided_at=now,
    )
    RiskAssessment.objects.get_or_create(
        treatment=treatment,
        alert=treatment.alerts.order_by("pk")[0],
        defaults={"level_after": "low", "note": "x", "assessed_by": cast.tove, "assessed_at": now},
    )
    file_in(treatment)
    Note.objects.create(treatment=treatment, body="x", author=cast.tove, written_at=now, client_key=uuid4())
    CarePlan.objects.create(treatment=treatment, kind="safety", body="x", author=cast.tove, written_at=now)
    SleepWindow.objects.create(
        treatment=treatment,
        minutes=360,
        rise_time=time(7),
        starts_on=today - timedelta(days=400),
        proposal={},
        decided_by=cast.tove,
        decided_at=now - timedelta(days=400),
    )
