"""Which columns are encrypted and which keys seal them: found in the models' registry, so that none is forgotten."""

from __future__ import annotations

from collections import Counter

from django.apps import apps
from django.db.models import Count, Value
from django.db.models.functions import StrIndex, Substr

from ikbt.common.fields import EncryptedTextField


def sealed_columns() -> list[EncryptedTextField]:
    """Every encrypted field of every table, in the order of their names."""
    found = (field for model in apps.get_models() for field in model._meta.local_fields)
    return sorted((field for field in found if isinstance(field, EncryptedTextField)), key=label)


def label(column: EncryptedTextField) -> str:
    """As in treatments.Message.body."""
    return f"{column.model._meta.label}.{column.name}"


def keys_in_use(column: EncryptedTextField) -> Counter[str]:
    """Names of keys to how many rows each seals; "" stands for what is no ciphertext. NULL counts as nothing."""
    # "name:" with its colon; "" where there is no colon.
    name = Substr(column.attname, 1, StrIndex(column.attname, Value(":")))
    stored = column.model._base_manager.filter(**{f"{column.attname}__isnull": False})
    counted = (
        stored.order_by().values(sealed_by=name).annotate(rows=Count("pk")).values_list("sealed_by", "rows")
    )
    return Counter({key.removesuffix(":"): rows for key, rows in counted})
