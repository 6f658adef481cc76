"""Brings a package in as drafts of a unit, never as a version; the same package twice changes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import IO

from django.conf import settings
from django.db import transaction

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor, record
from programs.importing import import_program
from programs.models import ProgramPage, UnitPage
from programs.package.reading import opened_package
from programs.package.signing import private_key, public_of

KIND = "program package"


def import_package(
    source: IO[bytes],
    *,
    unit_page: UnitPage,
    by: Person | None,
    at: datetime,
    accept_unsigned: bool = False,
    replaces: bool = False,
) -> ProgramPage:
    """The draft of the package's program below the unit's page; raises Misshapen, and then nothing is stored.

    What an author has saved since is put aside with `replaces` alone.
    """
    with opened_package(source, trusted=trusted_keys(), accept_unsigned=accept_unsigned) as opened:
        with transaction.atomic():
            folder = opened.files.folder
            page = import_program(folder, unit_page=unit_page, by=by, at=at, replaces=replaces)
            actor = Actor(id=by.pk, role="editor", unit=unit_page.unit_id) if by else SYSTEM
            said = f"signed by {opened.signer}" if opened.signer else "unsigned, accepted"
            record(Entry.Action.CREATE, by=actor, kind=KIND, object_id=page.pk, reason=said)
        return page


def trusted_keys() -> dict[str, str]:
    """Whom this installation trusts, itself among them: name -> public key in base64."""
    own = settings.PROGRAM_SIGNING_KEY
    return {
        **({"this installation": public_of(private_key(own))} if own else {}),
        **settings.PROGRAM_TRUSTED_KEYS,
    }
