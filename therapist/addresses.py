"""Addresses of the desk's pages about one patient, found once: a list names hundreds."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.urls import reverse


@lru_cache(maxsize=20_000)
def address(name: str, treatment_id: UUID, *more: str) -> str:
    """Where a page of the desk about this treatment is; raises NoReverseMatch for a name that it does not have."""
    return reverse(f"therapist:{name}", args=[treatment_id, *more])
