"""Who has signed a package: Ed25519 over its manifest, which names every other file by its hash. Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class BadSignature(ValueError):
    """The signature isn't the manifest's, or can't be read."""


def sign(manifest: bytes, key: str) -> dict[str, str]:
    """signature.json for a manifest; `key` is the private key's 32 bytes in base64."""
    private = private_key(key)
    return {
        "algorithm": "Ed25519",
        "public_key": public_of(private),
        "signature": base64.b64encode(private.sign(manifest)).decode(),
    }


def verify(manifest: bytes, signature: Mapping[str, str]) -> str:
    """The public key, in base64, that signed this very manifest; raises BadSignature."""
    try:
        raw = base64.b64decode(signature["public_key"], validate=True)
        public = Ed25519PublicKey.from_public_bytes(raw)
        public.verify(base64.b64decode(signature["signature"], validate=True), manifest)
    except (InvalidSignature, ValueError, binascii.Error):
        raise BadSignature from None
    return base64.b64encode(raw).decode()


def private_key(key: str) -> Ed25519PrivateKey:
    """From the 32 bytes in base64; raises ValueError for anything else."""
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(key, validate=True))


def public_of(private: Ed25519PrivateKey) -> str:
    """The public part in base64, as others list it among the keys that they trust."""
    return base64.b64encode(private.public_key().public_bytes_raw()).decode()


def name_of(public: str, trusted: Mapping[str, str]) -> str | None:
    """What we call the holder of a key; None for one that we don't trust."""
    return next((name for name, key in trusted.items() if key == public), None)
