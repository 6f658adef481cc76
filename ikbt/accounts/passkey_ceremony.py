"""The two ceremonies of a passkey; decides that it verifies its user, and answers a challenge once."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django_otp_webauthn.helpers import WebAuthnHelper
from webauthn import base64url_to_bytes, verify_authentication_response, verify_registration_response
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import parse_authentication_credential_json, parse_registration_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from ikbt.accounts.models import Passkey, Person

CHALLENGE_LASTS = timedelta(minutes=5)
# Session keys: a challenge for one ceremony never serves the other.
REGISTERING, SIGNING = "passkey_registering", "passkey_signing"
MOST_CHARACTERS = 20_000


class NotTaken(ValueError):
    """The answer was refused. `reason` is for the log, not the screen; `passkey` when it is known whose."""

    def __init__(self, reason: str, passkey: Passkey | None = None) -> None:
        super().__init__(reason)
        self.reason, self.passkey = reason, passkey


class CountFell(NotTaken):
    """The passkey's counter went back: there may be a copy of it."""


class Ceremony(WebAuthnHelper):
    """The library's helper, which by itself only prefers that a passkey verifies its user."""

    def get_generate_registration_options_kwargs(self, *, user: Person) -> dict[str, Any]:
        """Ask for a passkey that checks finger, face or PIN, and that can be used without a name."""
        options: dict[str, Any] = super().get_generate_registration_options_kwargs(user=user)
        options["authenticator_selection"] = AuthenticatorSelectionCriteria(
            user_verification=UserVerificationRequirement.REQUIRED,
            resident_key=ResidentKeyRequirement.REQUIRED,
        )
        return options

    def create_attestation(self, *args: object) -> None:
        """Asked for none, keep none: it would tell more of a patient's device than we need."""


def registration_options(request: HttpRequest, person: Person, *, at: datetime) -> dict[str, Any]:
    """What the browser needs to make a passkey; its challenge is good for five minutes, once."""
    options, state = Ceremony(request).register_begin(user=person)
    request.session[REGISTERING] = {
        "challenge": state["challenge"],
        "at": at.timestamp(),
        "for": str(person.pk),
    }
    return dict(options)


def read_registration(request: HttpRequest, person: Person, text: str, *, at: datetime) -> Passkey:
    """The new passkey, not stored yet. Raises NotTaken."""
    ceremony, challenge = Ceremony(request), _take_challenge(request, REGISTERING, person, at)
    try:
        data = _as_json(text)
        credential = parse_registration_credential_json(data)
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=ceremony.get_relying_party_domain(),
            expected_origin=ceremony.get_allowed_origins(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as wrong:
        raise NotTaken(f"registration: {type(wrong).__name__}") from wrong
    made: Passkey = ceremony.create_credential(person, verified, credential, data)
    return made


def authentication_options(
    request: HttpRequest, *, at: datetime, person: Person | None = None
) -> dict[str, Any]:
    """What the browser needs to use a passkey: any of hers, or of this person alone."""
    options, state = Ceremony(request).authenticate_begin(user=person, require_user_verification=True)
    whose = str(person.pk) if person else ""
    request.session[SIGNING] = {"challenge": state["challenge"], "at": at.timestamp(), "for": whose}
    return dict(options)


def read_authentication(
    request: HttpRequest, text: str, *, at: datetime, person: Person | None = None
) -> Passkey:
    """The passkey that answered the challenge, its use noted. Raises NotTaken, CountFell."""
    challenge = _take_challenge(request, SIGNING, person, at)
    try:
        credential = parse_authentication_credential_json(_as_json(text))
        passkey: Passkey = Passkey.get_by_credential_id(credential.raw_id)
    except Passkey.DoesNotExist as wrong:
        raise NotTaken("unknown passkey") from wrong
    except (WebAuthnException, ValueError, KeyError, TypeError) as wrong:
        raise NotTaken(f"passkey: {type(wrong).__name__}") from wrong
    if not passkey.confirmed or not passkey.user.is_active or (person and passkey.user_id != person.pk):
        raise NotTaken("passkey of somebody else", passkey)
    verified = _verify(Ceremony(request), credential, passkey, challenge)
    return _note_use(passkey, verified, challenge, at)


def _verify(
    ceremony: Ceremony, credential: Any, passkey: Passkey, challenge: bytes
) -> VerifiedAuthentication:
    try:
        return verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=ceremony.get_relying_party_domain(),
            expected_origin=ceremony.get_allowed_origins(),
            credential_public_key=bytes(passkey.public_key),
            # The count is judged below, under a lock and by its own name.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as wrong:
        raise NotTaken(f"passkey: {type(wrong).__name__}", passkey) from wrong


def _note_use(passkey: Passkey, verified: VerifiedAuthentication, challenge: bytes, at: datetime) -> Passkey:
    answered, count = hashlib.sha256(challenge).hexdigest(), verified.new_sign_count
    with transaction.atomic():
        locked = Passkey.objects.select_for_update().select_related("user").get(pk=passkey.pk)
        if locked.last_challenge == answered:
            raise NotTaken("passkey answer used before", passkey)
        # Both zero: an authenticator that does not count (WebAuthn 3, section 7.2 step 22).
        if (count or locked.sign_count) and count <= locked.sign_count:
            raise CountFell("passkey count fell", passkey)
        locked.sign_count, locked.last_challenge = count, answered
        locked.backup_state, locked.last_used_at = verified.credential_backed_up, at
        locked.save(update_fields=["sign_count", "last_challenge", "backup_state", "last_used_at"])
    return locked


def _take_challenge(request: HttpRequest, key: str, person: Person | None, at: datetime) -> bytes:
    state = request.session.pop(key, None)
    # Stored at once: whatever happens next, this challenge is gone.
    request.session.save()
    if not state or state["for"] != (str(person.pk) if person else ""):
        raise NotTaken("no challenge")
    if not 0 <= at.timestamp() - state["at"] <= CHALLENGE_LASTS.total_seconds():
        raise NotTaken("challenge too old")
    return base64url_to_bytes(state["challenge"])


def _as_json(text: str) -> dict[str, Any]:
    if len(text) > MOST_CHARACTERS:
        raise ValueError("Too long.")
    data = json.loads(text)
    if not isinstance(data, dict):
        raise TypeError("No object.")
    return data
