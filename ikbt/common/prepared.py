"""Keeps the SQL of a question that every page asks: Django writes it once, and only the values change."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import query as _query

M = TypeVar("M", bound=models.Model)
# Stand for the values while the SQL is written; found again there, so none may be a value that a query has itself.
_STAND_INS: dict[type[models.Field[Any, Any]], Callable[[], object]] = {
    models.UUIDField: uuid.uuid4,
    models.CharField: lambda: uuid.uuid4().hex,
    models.DateTimeField: lambda: datetime(1887, 3, 4, 5, 6, 7, uuid.uuid4().int % 10**6, tzinfo=UTC),
}


class NotPrepared(TypeError):
    """The queryset can't be kept: a value is not found in its SQL, or it asks for something else than rows."""


@dataclass(frozen=True)
class _Written:
    """What Django made of the queryset for one kind of database; read by all threads, changed by none."""

    sql: str
    # The values in the order of the SQL; a place names which of the asked values stands there, or None.
    fixed: tuple[object, ...]
    places: tuple[int | None, ...]
    model: type[models.Model]
    names: tuple[str, ...]
    first: int
    last: int
    converters: tuple[tuple[int, Sequence[Callable[..., Any]], Any], ...]
    annotations: tuple[tuple[str, int], ...]
    populators: Sequence[Any]


class Prepared(Generic[M]):
    """A question whose values change and whose words don't.

    `ask` makes the queryset from as many values as there are fields in `by`. It is called once for each kind of
    database, so it may not decide anything by the values. Such a queryset says itself whose rows it wants.
    """

    def __init__(
        self, ask: Callable[..., models.QuerySet[M]], *, by: Sequence[models.Field[Any, Any]]
    ) -> None:
        self._ask, self._by = ask, by
        self._written: dict[str, _Written] = {}

    def first(self, *values: object) -> M | None:
        """The first row for these values."""
        return next(iter(self.rows(*values)), None)

    def rows(self, *values: object) -> list[M]:
        """The rows for these values, as the queryset would give them; one query."""
        # As the router says for reading; there is one database today.
        alias = "default"
        connection = connections[alias]
        written = self._written.get(connection.vendor)
        if written is None:
            written = self._written[connection.vendor] = self._write(connection)
        asked = self._prepared(values, connection)
        filled: list[Any] = [
            fixed if place is None else asked[place]
            for fixed, place in zip(written.fixed, written.places, strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute(written.sql, filled)
            found = cursor.fetchall()
        return list(_made(written, found, connection, alias))  # type: ignore[arg-type]

    def _prepared(self, values: Sequence[object], connection: BaseDatabaseWrapper) -> list[Any]:
        return [field.get_db_prep_value(one, connection) for field, one in zip(self._by, values, strict=True)]

    def _write(self, connection: BaseDatabaseWrapper) -> _Written:
        stand_ins = [_stand_in(field) for field in self._by]
        queryset = self._ask(*stand_ins)
        compiler = queryset.query.get_compiler(using=connection.alias)
        sql, values = compiler.as_sql()
        info = compiler.klass_info
        if not info or queryset.query.values_select or compiler.has_extra_select:
            raise NotPrepared("Only rows of a model are kept.")
        columns = info["select_fields"]
        first, last = columns[0], columns[-1] + 1
        found = compiler.get_converters([one[0] for one in compiler.select])
        return _Written(
            sql=sql,
            fixed=tuple(values),
            places=_places(self._prepared(stand_ins, connection), values),
            model=info["model"],
            names=tuple(one[0].target.attname for one in compiler.select[first:last]),
            first=first,
            last=last,
            converters=tuple((place, tuple(each), column) for place, (each, column) in found.items()),
            annotations=tuple(compiler.annotation_col_map.items()),
            populators=_populators(info, compiler.select, connection.alias),
        )


# Django's own way of filling what select_related() reads; the stubs are of a later Django.
_populators: Callable[..., Sequence[Any]] = _query.get_related_populators


def _places(asked: list[Any], values: Sequence[object]) -> tuple[int | None, ...]:
    """Which of the asked values stands at each place of the SQL; each must stand somewhere."""
    places = tuple(asked.index(value) if value in asked else None for value in values)
    if set(places) - {None} != set(range(len(asked))):
        raise NotPrepared("A value is not in the SQL.")
    return places


def _stand_in(field: models.Field[Any, Any]) -> object:
    make = next((make for kind, make in _STAND_INS.items() if isinstance(field, kind)), None)
    if make is None:
        raise NotPrepared(f"No stand-in for a {type(field).__name__}.")
    return make()


def _made(
    written: _Written, found: Sequence[Sequence[Any]], connection: BaseDatabaseWrapper, alias: str
) -> Iterator[models.Model]:
    """Rows as django.db.models.query.ModelIterable makes them."""
    for values in found:
        row = list(values)
        for place, converters, column in written.converters:
            for convert in converters:
                row[place] = convert(row[place], column, connection)
        made = written.model.from_db(alias, written.names, row[written.first : written.last])
        for populate in written.populators:
            populate.populate(row, made)
        for name, place in written.annotations:
            setattr(made, name, row[place])
        yield made
