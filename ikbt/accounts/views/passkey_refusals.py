"""A refused passkey: decides that the log says why, and that a counter that fell is told to its owner."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext

from ikbt.accounts.factors import CAN_BE_COPIED
from ikbt.accounts.passkey_ceremony import CountFell, NotTaken
from ikbt.accounts.signing_in import note_refusal
from ikbt.accounts.telling import tell


def refuse(request: HttpRequest, refused: NotTaken, *, at: datetime) -> None:
    """Write the row; the screen says one sentence for all reasons."""
    owner = refused.passkey.user if refused.passkey else None
    note_refusal(request, owner, refused.reason)
    if isinstance(refused, CountFell) and refused.passkey is not None:
        tell(refused.passkey.user, "passkey count fell", key=f"{refused.passkey.pk}:{at.isoformat()}", at=at)


def why_not(refused: NotTaken) -> str:
    """What is said of a new passkey that was not taken."""
    if refused.reason == CAN_BE_COPIED:
        return gettext("Your care unit asks for a passkey that is bound to one device, as a security key is.")
    return gettext("The passkey could not be added. Please try again.")
