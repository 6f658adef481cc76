"""The nouns of accounts: providers and units, persons, roles, second factors, invitations."""

from ikbt.accounts.models.care_unit import CareProvider, CareUnit
from ikbt.accounts.models.electronic_identity import ElectronicIdentity
from ikbt.accounts.models.invitation import Invitation
from ikbt.accounts.models.person import Person
from ikbt.accounts.models.role import RoleAssignment
from ikbt.accounts.models.second_factor import AuthenticatorApp

__all__ = [
    "AuthenticatorApp",
    "CareProvider",
    "CareUnit",
    "ElectronicIdentity",
    "Invitation",
    "Person",
    "RoleAssignment",
]
