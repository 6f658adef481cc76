"""Hands out data for research: of those who agreed, under a project's own pseudonyms; first logged with each."""

from __future__ import annotations

import hashlib
import hmac
import io
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record, record_each, settle
from ikbt.outcomes.access import RESEARCH_KIND
from ikbt.outcomes.research_rows import agreed_at, answers_of, participants_of
from measurements.outcomes.research import AT_LEAST, LEAST_KEY_BYTES, Export, research_export
from measurements.outcomes.sheets import Sheet, write_csv

# The number of the ethical approval, as it is written: "2026-01234-01".
PROJECT = re.compile(r"[A-Za-z0-9ÅÄÖåäö][A-Za-z0-9ÅÄÖåäö ./:-]{3,39}")


@dataclass(frozen=True)
class Handed:
    """What was made, and its file."""

    export: Export
    content: bytes


def is_set_up() -> bool:
    """Pseudonyms can be made: there is a key for them."""
    return len(settings.RESEARCH_KEY.encode()) >= LEAST_KEY_BYTES


def hand_out(project: str, *, units: Collection[UUID], by: Actor, at: datetime) -> Handed:
    """The zip with `answers.csv`, `code-book.csv` and `about.txt`, of these units.

    Raises ValidationError without a key, for something that is no number of a project, and when fewer than five
    would stand in it; Unlogged.
    """
    _guard(project)
    with transaction.atomic():
        agreed = agreed_at(units)
        export = research_export(participants_of(agreed), answers_of(agreed), key=project_key(project))
        if export.persons < AT_LEAST:
            raise ValidationError(
                _(
                    "Fewer than five patients have agreed to research and answered: nothing can be fetched yet."
                ),
                code="few",
            )
        said = f"project {project.strip()}"
        record(Entry.Action.EXPORT, by=by, kind=RESEARCH_KIND, reason=f"{said}, {export.persons} persons")
        # All that were read, also those left out at last: it was done with their data.
        record_each(Entry.Action.EXPORT, by=by, kind=RESEARCH_KIND, patients=agreed.patients, reason=said)
        settle()
    return Handed(export, packed(export, project=project.strip(), at=at))


def project_key(project: str) -> bytes:
    """Each project's own, so that two projects' files can't be laid side by side; the same project gets the same."""
    name = " ".join(project.split()).casefold()
    return hmac.new(
        settings.RESEARCH_KEY.encode(), f"research project:{name}".encode(), hashlib.sha256
    ).digest()


def packed(export: Export, *, project: str, at: datetime) -> bytes:
    """The files in one."""
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        archive.writestr("answers.csv", _csv(export.sheet))
        archive.writestr("code-book.csv", _csv(export.sheet.code_book()))
        archive.writestr("about.txt", _about(export, project, at))
    return content.getvalue()


def _guard(project: str) -> None:
    if not is_set_up():
        raise ValidationError(
            _("There is no key for pseudonyms. Whoever runs the service sets IKBT_RESEARCH_KEY."), code="key"
        )
    if not PROJECT.fullmatch(project.strip()):
        raise ValidationError(
            _("Write the number of the ethical approval, 4 to 40 characters: letters, digits and . / : -"),
            code="project",
        )


def _csv(sheet: Sheet) -> bytes:
    text = io.StringIO(newline="")
    write_csv(sheet, text)
    return text.getvalue().encode("utf-8-sig")


def _about(export: Export, project: str, at: datetime) -> str:
    return (
        f"Project: {project}\nMade: {at:%Y-%m-%d}\nPersons: {export.persons}\n"
        f"With a trait starred: {export.starred}\nLeft out since they stood alone: {export.left_out}\n\n"
        "Pseudonymised, not anonymous: whoever knows somebody's course of scores can recognise it. It is personal "
        "data and health data, to be kept as the ethical approval says, and not to be matched with other data.\n"
        "Of those who agreed to research on the day it was made. Who has taken back her yes since then is in no "
        "later file; fetch anew before a new analysis.\n"
    )
