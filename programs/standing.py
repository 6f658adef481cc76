"""Frozen versions and modules kept in the process: they are never written again, so once read is read for good."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any
from uuid import UUID

from ikbt.common.keeping import Kept
from programs.models import FrozenModule, ProgramVersion

# Some forty programs of ten modules; a module is some tens of kilobytes.
MODULES_KEPT, VERSIONS_KEPT = 400, 100
_OUTLINES: Kept[UUID, dict[str, Any]] = Kept(VERSIONS_KEPT)


@lru_cache(maxsize=MODULES_KEPT)
def module_of(version_id: UUID, key: str) -> FrozenModule:
    """A version's module; FrozenModule.DoesNotExist when it has none of this key, which is not kept.

    Shared by all who read it: nobody may change what it holds.
    """
    return FrozenModule.objects.get(version=version_id, key=key)


@lru_cache(maxsize=VERSIONS_KEPT)
def version_of(version_id: UUID) -> ProgramVersion:
    """A version; shared likewise."""
    return ProgramVersion.objects.get(pk=version_id)


def outlines_kept(version_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """The outlines of these versions; shared likewise. One query for those that no one has read."""
    return _OUTLINES.of(version_ids, _read_outlines)


def _read_outlines(version_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    return dict(ProgramVersion.objects.filter(pk__in=version_ids).values_list("pk", "outline"))
