"""Decides what the bill of materials (CycloneDX 1.6) says of each installed distribution."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from importlib.metadata import Distribution
from typing import Any

from ikbt.bootstrap.floors import normal

Component = dict[str, Any]
_LICENCE_CLASS = "License :: "


def bill(
    installed: Iterable[Distribution], *, runtime: Collection[str], version: str, made_at: datetime
) -> Component:
    """The document as CycloneDX wants it. `runtime` names what a server needs; the rest is marked excluded.

    `made_at` must be aware. The same set of packages has the same serial number.
    """
    components = sorted(
        {item["bom-ref"]: item for item in (_component(one, runtime) for one in installed)}.values(),
        key=lambda item: str(item["bom-ref"]),
    )
    content = "\n".join([version, *(str(item["bom-ref"]) for item in components)])
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, content)}",
        "version": 1,
        "metadata": {
            "timestamp": made_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "component": {"type": "application", "bom-ref": "ikbt", "name": "ikbt", "version": version},
        },
        "components": components,
        "dependencies": [
            {
                "ref": "ikbt",
                "dependsOn": [item["bom-ref"] for item in components if item["scope"] == "required"],
            }
        ],
    }


def _component(one: Distribution, runtime: Collection[str]) -> Component:
    name = normal(one.metadata["Name"])
    address = f"pkg:pypi/{name}@{one.version}"
    return {
        "type": "library",
        "bom-ref": address,
        "purl": address,
        "name": name,
        "version": one.version,
        "scope": "required" if name in runtime else "excluded",
        "licenses": _licences(one),
    }


def _licences(one: Distribution) -> list[dict[str, Any]]:
    """By expression where the package gives one; else as its classifiers or its own words name it."""
    expression = one.metadata.get_all("License-Expression")
    if expression:
        return [{"expression": expression[0]}]
    classes = [kind for kind in one.metadata.get_all("Classifier") or [] if kind.startswith(_LICENCE_CLASS)]
    names = [kind.rpartition(" :: ")[2] for kind in classes]
    own_words = " ".join(one.metadata.get_all("License") or []).strip().splitlines()[:1]
    return [{"license": {"name": name}} for name in names or own_words]
