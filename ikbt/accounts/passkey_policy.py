"""Which sign-in a care unit demands of its staff; decides whether a factor meets it."""

from __future__ import annotations

from datetime import datetime

from django_otp.models import Device

from ikbt.accounts.models import AuthenticatorApp, CareUnit, Passkey, Person, RecoverySheet, RoleAssignment
from ikbt.accounts.roles import Role

Policy = CareUnit.PasskeyPolicy
# From the mildest to the strictest.
ORDER = [Policy.OFFERED, Policy.REQUIRED, Policy.DEVICE_BOUND]
# What a false page can talk somebody into giving away; passkeys, e-ID and staff cards can't be.
PHISHABLE = (AuthenticatorApp, RecoverySheet)


def demanded_of(person: Person, *, at: datetime) -> str:
    """The strictest policy of the units where she works; patients are never forced."""
    working = RoleAssignment.objects.of(person).running(at).exclude(role=Role.PATIENT).exclude(unit=None)
    found = set(working.values_list("unit__passkey_policy", flat=True))
    return max(found, key=lambda policy: ORDER.index(Policy(policy)), default=Policy.OFFERED)


def meets(device: Device, policy: str) -> bool:
    """Whether a session opened with this factor is what the policy asks for."""
    if policy == Policy.OFFERED:
        return True
    if isinstance(device, Passkey):
        return policy == Policy.REQUIRED or device.device_bound
    return not isinstance(device, PHISHABLE)


def has_one_that_meets(person: Person, policy: str) -> bool:
    """She has a passkey that meets the policy, so nothing less opens her account."""
    own = Passkey.objects.filter(user=person, confirmed=True)
    return any(meets(passkey, policy) for passkey in own)
