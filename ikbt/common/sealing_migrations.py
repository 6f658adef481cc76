"""For migrations that encrypt a column: seals what stands in it, and opens it again on the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.migrations import RunPython
from django.db.models import Model

from ikbt.common.fields import seal, unseal

BATCH = 500


def sealing(app: str, model: str, column: str) -> RunPython:
    """An operation to stand where the column is a TextField in the state: plain before it, sealed after it.

    Raises Unreadable on the way back when a row's key is not on the ring.
    """
    return RunPython(
        lambda apps, editor: _rewrite(
            apps.get_model(app, model), column, lambda text, place: str(seal(text, place=place))
        ),
        lambda apps, editor: _rewrite(
            apps.get_model(app, model), column, lambda text, place: unseal(text, place=place)
        ),
    )


def _rewrite(model: type[Model], column: str, written: Callable[[str, str], str]) -> None:
    stored = model._base_manager.exclude(**{column: None}).order_by("pk").values_list("pk", column)
    page: list[tuple[Any, str]] = list(stored[:BATCH])
    while page:
        for key, text in page:
            place = f"{model._meta.label}.{column}:{key}"
            model._base_manager.filter(pk=key).update(**{column: written(text, place)})
        page = list(stored.filter(pk__gt=page[-1][0])[:BATCH])
