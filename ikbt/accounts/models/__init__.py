"""The nouns of accounts: providers and units, persons, roles, second factors, invitations, sessions."""

from ikbt.accounts.models.care_unit import CareProvider, CareUnit
from ikbt.accounts.models.electronic_identity import ElectronicIdentity
from ikbt.accounts.models.guess_count import GuessCount
from ikbt.accounts.models.invitation import Invitation
from ikbt.accounts.models.passkey import Passkey
from ikbt.accounts.models.person import Person
from ikbt.accounts.models.recovery_code import RecoveryCode, RecoverySheet
from ikbt.accounts.models.role import RoleAssignment
from ikbt.accounts.models.second_factor import AuthenticatorApp
from ikbt.accounts.models.session_record import SessionRecord
from ikbt.accounts.models.snippet import Snippet

__all__ = [
    "AuthenticatorApp",
    "CareProvider",
    "CareUnit",
    "ElectronicIdentity",
    "GuessCount",
    "Invitation",
    "Passkey",
    "Person",
    "RecoveryCode",
    "RecoverySheet",
    "RoleAssignment",
    "SessionRecord",
    "Snippet",
]
