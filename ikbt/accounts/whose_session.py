"""Whose session a request has, and by which device she proved it: Django's and django-otp's own ways, prepared."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet, UUIDField
from django_otp.middleware import OTPMiddleware
from django_otp.models import Device

from ikbt.accounts.models import AuthenticatorApp, ElectronicIdentity, Passkey, Person, RecoverySheet
from ikbt.common.prepared import Prepared

# Sealed columns are deciphered by whoever needs what they hold, not by each request.
SEALED: dict[type[Device], list[str]] = {
    AuthenticatorApp: ["seed"],
    ElectronicIdentity: ["subject"],
    Passkey: [],
    RecoverySheet: [],
}


def _person(key: UUID) -> QuerySet[Person]:
    return Person.objects.filter(pk=key).defer("personal_number")


def _device(kind: type[Device], key: UUID) -> QuerySet[Device]:
    found: QuerySet[Device] = kind.objects.filter(pk=key).defer(*SEALED[kind])
    return found


_PERSON = Prepared(_person, by=[UUIDField()])
_DEVICES = {
    f"{kind._meta.app_label}.{kind._meta.model_name}": Prepared(partial(_device, kind), by=[UUIDField()])
    for kind in SEALED
}


class PersonBackend(ModelBackend):
    """Signs in as Django's own does."""

    def get_user(self, user_id: object) -> Person | None:
        """The person of a session, if she may still sign in."""
        person = _PERSON.first(user_id)
        return person if person is not None and self.user_can_authenticate(person) else None


class SecondFactor(OTPMiddleware):
    """django-otp's middleware, which decides by the device; what session and device must fulfil stays with it."""

    def _device_from_persistent_id(self, persistent_id: str) -> Device | None:
        kind, _slash, key = self._normalize_persistent_id(persistent_id).rpartition("/")
        prepared = _DEVICES.get(kind)
        if prepared is None or not key.isdecimal():
            return super()._device_from_persistent_id(persistent_id)
        return prepared.first(int(key))
