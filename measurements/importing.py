"""Brings a unit's own wording of an instrument from a file, held against what we know; all of it or nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor, record
from measurements.combining import Wording, combined
from measurements.definition import DefinitionError, read_instrument
from measurements.fhir.elements import checked
from measurements.fhir.reading import read_questionnaire
from measurements.incoming import Incoming, Refused, of_instrument
from measurements.instrument import Instrument
from measurements.matching import BroughtWording, wording_from
from measurements.models import UnitWording
from measurements.registry import UnknownInstrumentError, instrument, shipped, shipped_data

MOST_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Licence:
    """Who holds the text, on what terms the unit uses it, and whether it was compared with the holder's form."""

    holder: str
    note: str
    verified: bool = False


@dataclass(frozen=True)
class Checked:
    """A file that may be imported: for which instrument, the wording, the instrument with it, what is left out."""

    instrument: Instrument
    wording: BroughtWording
    result: Instrument
    left_out: tuple[str, ...]


def read_file(content: bytes) -> Incoming:
    """A FHIR Questionnaire or a definition of ours; raises Refused, with the place where there is one."""
    if len(content) > MOST_BYTES:
        raise Refused("", _("The file is bigger than %(most)d kB.") % {"most": MOST_BYTES // 1024})
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as broken:
        raise Refused("", _("The file is not written in UTF-8.")) from broken
    except json.JSONDecodeError as broken:
        place = _("line %(line)d, column %(column)d") % {"line": broken.lineno, "column": broken.colno}
        raise Refused(place, _("The file is not JSON.")) from broken
    except (ValueError, RecursionError) as broken:
        raise Refused("", _("The file is not JSON.")) from broken
    if isinstance(data, dict) and "resourceType" not in data and "format" in data:
        _check_texts(data)
        try:
            return of_instrument(read_instrument(data))
        except DefinitionError as broken:
            raise Refused("", str(broken)) from broken
    return read_questionnaire(data)


def _check_texts(node: object, place: str = "") -> None:
    """Raise Refused for a text anywhere that can't be stored."""
    if isinstance(node, str):
        checked(node, place)
    elif isinstance(node, dict):
        for key, value in node.items():
            checked(key, place)
            _check_texts(value, key)
    elif isinstance(node, list):
        for value in node:
            _check_texts(value, place)


def check_wording(incoming: Incoming, *, slug: str, language: str) -> Checked:
    """What importing would store; raises Refused with the place. `slug` "" takes the instrument the file names."""
    known = _known(slug or str(incoming.name))
    standing = known.languages.get(language)
    if standing is not None and standing.verified:
        said = _("%(instrument)s already has wording in “%(language)s”, compared with its holder's form.")
        raise Refused("", said % {"instrument": known.short, "language": language})
    wording = wording_from(incoming, known, language)
    made = Wording(language, wording.as_data(), source="-", verified=False)
    try:
        result = read_instrument(combined(shipped_data()[known.id], wordings=[made], numbers=None, whose=""))
    except DefinitionError as broken:
        raise Refused("", str(broken)) from broken
    return Checked(known, wording, result, incoming.left_out)


def import_wording(
    checked: Checked, *, unit: CareUnit, licence: Licence, valid_from: date, by: Person | None, at: datetime
) -> UnitWording:
    """Store what was checked as the unit's own; treatments that start from `valid_from` on use it.

    `by` is None for an operator at the command line. Raises Refused without a holder and terms.
    """
    if not licence.holder.strip() or not licence.note.strip():
        raise Refused("", _("Say who holds the text and on what terms the unit may use it."))
    with transaction.atomic():
        row = UnitWording.objects.create(
            unit=unit,
            slug=checked.instrument.id,
            language=checked.wording.language,
            words=checked.wording.as_data(),
            licence_holder=licence.holder.strip(),
            licence_note=licence.note.strip(),
            verified=licence.verified,
            valid_from=valid_from,
            imported_by=by,
            imported_at=at,
        )
        actor = Actor(id=by.pk, role="editor", unit=unit.pk) if by else SYSTEM
        record(
            Entry.Action.CREATE,
            by=actor,
            kind="instrument wording",
            object_id=row.pk,
            reason=f"{row.slug} {row.language}",
        )
    return row


def _known(name: str) -> Instrument:
    """By our id, also as others write it: PHQ9, phq_9."""
    plain = {_plain(slug): slug for slug in shipped()}
    try:
        return instrument(plain.get(_plain(name), name))
    except UnknownInstrumentError as unknown:
        said = _("There is no instrument “%(name)s”. There are: %(known)s.")
        raise Refused("id", said % {"name": name[:60], "known": ", ".join(sorted(shipped()))}) from unknown


def _plain(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isalnum())
