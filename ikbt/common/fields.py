"""Encrypted columns: AES-256-GCM bound to model, field and row, so that a ciphertext moved elsewhere can't be read."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

NONCE_BYTES = 12


class Unreadable(ValueError):
    """The ciphertext was changed, moved to another row or field, or its key is not on the ring."""


class Sealed(str):
    """A ciphertext as it stands in the column: "name of key:base64 of nonce and ciphertext"."""

    __slots__ = ()


def key_ring() -> dict[str, bytes]:
    """Names to 32-byte keys in the order of settings.FIELD_KEYS; the first one encrypts."""
    ring: dict[str, bytes] = {}
    for entry in settings.FIELD_KEYS:
        name, _, encoded = entry.partition(":")
        key = base64.b64decode(encoded)
        if not name or len(key) != 32:
            raise ImproperlyConfigured("Each field key must be written name:base64 of 32 bytes.")
        if name in ring:
            # The later would hide the earlier, and what that one sealed could not be opened.
            raise ImproperlyConfigured(f"Two field keys are called {name!r}.")
        ring[name] = key
    return ring


def seal(plain: str, *, place: str) -> Sealed:
    """Encrypt for one place ("app.Model.field:pk"); surrogates that UTF-8 can't hold become U+FFFD first."""
    name = newest_key()
    key = key_ring()[name]
    nonce = os.urandom(NONCE_BYTES)
    data = plain.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode()
    return Sealed(
        f"{name}:{base64.b64encode(nonce + AESGCM(key).encrypt(nonce, data, place.encode())).decode()}"
    )


def unseal(sealed: str, *, place: str) -> str:
    """The plain text; raises Unreadable when the key is unknown or the text belongs to another place."""
    name, _, encoded = sealed.partition(":")
    key = key_ring().get(name)
    if key is None:
        raise Unreadable(f"The key {name!r} is not on the ring.")
    try:
        raw = base64.b64decode(encoded, validate=True)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()).decode()
    except (InvalidTag, ValueError) as wrong:
        raise Unreadable(f"The text in {place.split(':')[0]} was changed or moved.") from wrong


def key_of(sealed: str) -> str:
    """The name of the key that sealed it; empty for what is no ciphertext."""
    name, colon, _ = sealed.partition(":")
    return name if colon else ""


def newest_key() -> str:
    """The name of the key that seals; raises ImproperlyConfigured when there is none."""
    ring = key_ring()
    if not ring:
        raise ImproperlyConfigured("FIELD_KEYS is empty: nothing can be encrypted.")
    return next(iter(ring))


def blind_index(value: str) -> str:
    """A keyed hash to look a secret value up by, without storing it; made with the newest index key."""
    return _index(settings.INDEX_KEY, value)


def blind_indexes(value: str) -> list[str]:
    """The value's hashes under the newest index key and those before it: what a look-up must accept."""
    return [_index(key, value) for key in (settings.INDEX_KEY, *settings.INDEX_KEYS_BEFORE)]


def _index(key: str, value: str) -> str:
    return hmac.new(key.encode(), value.encode(), hashlib.sha256).hexdigest()


class _OpenedOnRead:
    """Decrypts when the attribute is first read, because only then is the row's key known."""

    def __init__(self, field: EncryptedTextField) -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type | None = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, Sealed):
            value = instance.__dict__[name] = self.field.opened(
                unseal(value, place=self.field.place(instance))
            )
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField[Any, Any]):
    """Text that is ciphertext in the database; its row needs a primary key before it is saved (a UUID)."""

    descriptor_class = _OpenedOnRead
    # What django-stubs reads: the values are plain Python, text or JSON.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _OpenedOnRead(self))

    def place(self, instance: models.Model) -> str:
        """Where this value belongs: model, field and row."""
        if instance.pk is None:
            raise ValueError(
                f"{self.model._meta.label}.{self.name} can't be sealed before its row has a key."
            )
        return self.place_of(instance.pk)

    def place_of(self, key: object) -> str:
        """The place of the row that has this primary key."""
        return f"{self.model._meta.label}.{self.name}:{key}"

    def opened(self, plain: str) -> Any:
        """From decrypted text to the Python value."""
        return plain

    def closed(self, value: Any) -> str:
        """From the Python value to the text that is encrypted."""
        return str(value)

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Sealed | None:
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        return seal(self.closed(value), place=self.place(model_instance))

    def get_prep_value(self, value: Any) -> Any:
        # Only sealed text may reach the database: update(), bulk_update() and filters can't know the row.
        if value is None or isinstance(value, Sealed):
            return value
        raise TypeError(f"{self.name} is encrypted: save the row, or look it up by its index.")

    def value_to_string(self, obj: models.Model) -> str:
        """For dumpdata, which would write it in the clear: raises TypeError. A person's export asks for the value."""
        raise TypeError(f"{self.name} is encrypted: dump the database itself, with pg_dump or as a file.")

    def get_default(self) -> Any:
        # Django's mark for "no default" is a class, callable too: asked for first, or its name would be sealed.
        if not self.has_default():
            return ""
        return self.default() if callable(self.default) else self.default


class EncryptedJSONField(EncryptedTextField):
    """JSON that is ciphertext in the database."""

    def opened(self, plain: str) -> Any:
        return json.loads(plain)

    def closed(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def get_default(self) -> Any:
        made: Callable[[], Any] = self.default if self.has_default() and callable(self.default) else dict
        return made()
