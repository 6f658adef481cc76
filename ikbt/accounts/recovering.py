"""Recovery codes: decides how they are made and that each is good once; a new sheet kills the old."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from ikbt.accounts.models import Person, RecoveryCode, RecoverySheet
from ikbt.accounts.telling import tell
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record

CODES = 10
SLOT_DIGITS, SECRET_DIGITS = 2, 14
# Digits alone, so that a phone's number keys do; 14 random ones are 46 bits behind argon2id and a throttle.
CODE_DIGITS = SLOT_DIGITS + SECRET_DIGITS


def new_sheet(person: Person, *, by: Actor, at: datetime) -> list[str]:
    """Make ten codes and return them, this once; all earlier ones stop working."""
    slots = secrets.SystemRandom().sample(range(10**SLOT_DIGITS), CODES)
    codes = [
        f"{slot:0{SLOT_DIGITS}d}{secrets.randbelow(10**SECRET_DIGITS):0{SECRET_DIGITS}d}" for slot in slots
    ]
    hashes = [make_password(code[SLOT_DIGITS:]) for code in codes]
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        RecoverySheet.objects.filter(user=person).delete()
        sheet = RecoverySheet.objects.create(user=person, name="recovery codes", created_at=at)
        RecoveryCode.objects.bulk_create(
            RecoveryCode(sheet=sheet, slot=code[:SLOT_DIGITS], secret_hash=made)
            for code, made in zip(codes, hashes, strict=True)
        )
        record(Entry.Action.CREATE, by=by, kind="recovery codes", object_id=sheet.pk)
        tell(person, "recovery codes made", key=sheet.pk, at=at)
    return codes


def use_code(person: Person, code: str, *, by: Actor, at: datetime) -> RecoverySheet | None:
    """Use a code up; None when it is wrong, used, or too soon after wrong ones. Of parallel uses one wins."""
    with transaction.atomic():
        sheet = RecoverySheet.objects.select_for_update().filter(user=person, confirmed=True).first()
        if sheet is None or not sheet.verify_is_allowed()[0]:
            return None
        found = sheet.codes.filter(slot=code[:SLOT_DIGITS], used_at=None).first()
        if not _fits(found, code[SLOT_DIGITS:]) or found is None:
            sheet.throttle_increment()
            return None
        found.used_at = at
        found.save(update_fields=["used_at"])
        sheet.throttle_reset(commit=False)
        sheet.set_last_used_timestamp(commit=False)
        sheet.save()
        left = f"{sheet.unused} left"
        record(Entry.Action.CHANGE, by=by, kind="recovery codes", object_id=sheet.pk, reason=left)
        tell(person, "recovery code used", key=f"{sheet.pk}:{found.slot}", at=at)
    return sheet


def in_fours(code: str) -> str:
    """As it is shown and typed: 4821 9305 7716 2043."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def _fits(found: RecoveryCode | None, secret: str) -> bool:
    if found is None:
        # The same work as for a code that exists.
        make_password(secret)
        return False
    return check_password(secret, found.secret_hash)
