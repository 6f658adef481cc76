"""A person's export (GDPR 15 and 20): decides that she gets every row about her, but no secret; audited."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import transaction
from django.db.models import Model
from django.template.loader import render_to_string

from ikbt.access_log.log_file import written
from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common import clock
from ikbt.privacy.inventory import Declared, load
from ikbt.privacy.owned_rows import exported_labels, rows_of
from ikbt.privacy.readable import sections

FORMAT = "ikbt-export/1"


def export(person: Person, *, by: Actor, at: datetime) -> bytes:
    """A zip with `mina-uppgifter.json` and `mina-uppgifter.html`; logged first. Raises Unlogged."""
    with transaction.atomic():
        record(Entry.Action.EXPORT, by=by, kind="own data", patient=person.pk, relation="own")
        document = collected(person, at=at)
        page = render_to_string(
            "privacy/export.html", {"person": person, "made_at": at, "sections": sections(person, load())}
        )
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mina-uppgifter.json", json.dumps(document, ensure_ascii=False, indent=1))
        archive.writestr("mina-uppgifter.html", page)
    return packed.getvalue()


def collected(person: Person, *, at: datetime) -> dict[str, Any]:
    """All of it as JSON: {"format", "made_at", "person", "data": {model: [row]}, "access_log": [row]}."""
    declared = load()
    data = {
        label: [_row(one, declared.exported(label), declared) for one in rows_of(person, label, declared)]
        for label in exported_labels(declared)
    }
    return {
        "format": FORMAT,
        "made_at": at.isoformat(),
        "person": str(person.pk),
        "data": data,
        "access_log": json.loads(written(person.pk, "json")),
    }


def _row(instance: Model, names: list[str], declared: Declared) -> dict[str, Any]:
    return {"pk": _plain(instance.pk), **{name: _plain(getattr(instance, name), declared) for name in names}}


def _plain(value: Any, declared: Declared | None = None) -> Any:
    """What JSON can say; a person, a unit or a version by name too, since its row is not in the file."""
    if isinstance(value, Model):
        entry = declared.models.get(value._meta.label) if declared else None
        is_row_here = entry is not None and entry.owner and not isinstance(value, Person)
        return str(value.pk) if is_row_here else {"id": str(value.pk), "name": str(value)}
    if isinstance(value, datetime):
        return value.astimezone(clock.STOCKHOLM).isoformat(timespec="seconds")
    if isinstance(value, date | UUID | Decimal):
        return str(value)
    return value
