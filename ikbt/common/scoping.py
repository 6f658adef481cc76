"""Decides that, while a person is being served, no query about patients runs without saying whose rows it wants."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

# Fields that lead to one patient's rows, or to those of one member of staff's care.
WHOSE = frozenset(
    {
        "answer_set",
        "entry",
        "occasion",
        "patient",
        "person",
        "progress",
        "relation",
        "series",
        "staff",
        "treatment",
    }
)
# Compared by these a field names whom it means; by others (a range, a part of a text) it doesn't.
_EXACTLY = frozenset({"exact", "in"})
_OWN_KEY = frozenset({"pk", "id"})

M = TypeVar("M", bound=models.Model, covariant=True)
# Keys of the rows that came through a query with a scope, one set a request or socket message. None: nobody is
# being served - a command, a task, a migration - and nothing is asked.
_held: ContextVar[set[tuple[type[models.Model], Any]] | None] = ContextVar("held", default=None)


class UnscopedQuery(RuntimeError):
    """A query about patients, run for a person, that does not say whose rows it wants."""


@contextmanager
def serving() -> Iterator[None]:
    """A person is being served: from here on, and in the threads and tasks begun here, queries say whose."""
    token = _held.set(set())
    try:
        yield
    finally:
        _held.reset(token)


def hold(row: models.Model) -> None:
    """This row, and the rows that its keys name, may from now on be asked for by their keys."""
    held = _held.get()
    if held is None:
        return
    held.add((row._meta.concrete_model or type(row), row.pk))
    stored = row.__dict__
    for field, model in _keys_of(type(row)):
        if stored.get(field) is not None:
            held.add((model, stored[field]))


class ScopedQuery(Query):
    """SQL that is made only with a scope; parts of it (subqueries, unions) are asked for theirs in the same way."""

    scoped = False

    def get_compiler(self, *args: Any, **kwargs: Any) -> SQLCompiler:
        """What turns it into SQL. Raises UnscopedQuery."""
        demand_scope(self)
        compiler: SQLCompiler = super().get_compiler(*args, **kwargs)
        return compiler

    def add_q(self, q_object: Q, *args: Any, **kwargs: Any) -> None:
        """Where filter(), exclude(), related managers and prefetching meet: does this one say whose?"""
        super().add_q(q_object, *args, **kwargs)
        self.scoped = self.scoped or (self.model is not None and _says_whose(self.model, q_object))

    def combine(self, rhs: Query, connector: str) -> None:
        """`a & b` has a scope when one of them has, `a | b` when both have."""
        both = (self.scoped, getattr(rhs, "scoped", False))
        super().combine(rhs, connector)
        self.scoped = any(both) if connector == Q.AND else all(both)

    def split_exclude(self, *args: Any, **kwargs: Any) -> Any:
        """Django makes the inner query of an exclude() of this one's class, and ties it to this one's rows."""
        own, self.__class__ = self.__class__, _Tied
        try:
            return super().split_exclude(*args, **kwargs)
        finally:
            self.__class__ = own


class _Tied(ScopedQuery):
    scoped = True


class ScopedQuerySet(models.QuerySet[M]):
    """Questions to rows of patients: asked for a person, one of the filters has to say whose."""

    def __init__(
        self, model: Any = None, query: Query | None = None, using: str | None = None, hints: Any = None
    ) -> None:
        super().__init__(model, query or ScopedQuery(model), using, hints)

    def saying_whose(self) -> Self:
        """For querysets' own methods: the filter before says whose, in words that no field's name shows."""
        told = self.all()
        told.query.scoped = True  # type: ignore[attr-defined]  # always a ScopedQuery
        return told

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[M]:
        """Rows made here are held."""
        made = super().bulk_create(*args, **kwargs)
        for row in made:
            hold(row)
        return made

    # Django turns these two into queries of other classes, which would not ask.

    def update(self, **kwargs: Any) -> int:
        """Raises UnscopedQuery."""
        demand_scope(self.query)
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Raises UnscopedQuery."""
        demand_scope(self.query)
        return super().delete()

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        """SQL in a text says nothing that could be looked at."""
        if _held.get() is not None:
            raise UnscopedQuery(f"{self.model.__name__}: no raw SQL while a person is being served.")
        return super().raw(*args, **kwargs)


class PatientRow(models.Model):
    """A row that belongs to one patient. Django's base manager, for followed keys and cascades, asks nothing."""

    if not TYPE_CHECKING:
        # To the checker each model has a manager of its own, with the model in it.
        objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What was made is held."""
        super().save(*args, **kwargs)
        hold(self)

    @classmethod
    def from_db(cls, *read: Any, **more: Any) -> Self:
        """What was read is held."""
        row = super().from_db(*read, **more)
        hold(row)
        return row


def demand_scope(query: Query) -> None:
    """Raises UnscopedQuery when a person is being served and the query does not say whose rows it wants."""
    if _held.get() is None or getattr(query, "scoped", False) or query.is_empty():
        return
    model = query.model.__name__ if query.model else ""
    raise UnscopedQuery(
        f"{model}: say whose, by one of {', '.join(sorted(WHOSE))}, or the key of a row held."
    )


def _says_whose(model: type[models.Model], told: Q) -> bool:
    """One of what must all hold says whose, or each of what may."""
    if told.negated or not told.children:
        return False
    said = [
        _says_whose(model, child)
        if isinstance(child, Q)
        else isinstance(child, tuple) and _names_a_scope(model, *child)
        for child in told.children
    ]
    return {Q.AND: any(said), Q.OR: all(said)}.get(told.connector, False)


def _names_a_scope(model: type[models.Model], path: str, value: object) -> bool:
    """`treatment=`, `occasion__series_id__in=`, `pk=`: of rows that are held, or of a query with a scope."""
    *way, last = path.split("__")
    names = [name.removesuffix("_id") for name in ([*way, last] if last not in _EXACTLY else way)]
    if not _lead_to_a_patient(names):
        return False
    if isinstance(value, models.QuerySet):
        return bool(getattr(value.query, "scoped", False))
    keys = value if last == "in" else [value]
    return isinstance(keys, Collection) and all(_is_held(_reached(model, names), key) for key in keys)


def _lead_to_a_patient(names: list[str]) -> bool:
    """Each field on the way says whose, or the row's own key is meant."""
    return bool(names) and (WHOSE.issuperset(names) or (len(names) == 1 and names[0] in _OWN_KEY))


def _reached(model: type[models.Model], names: list[str]) -> type[models.Model]:
    """The model at the end of the way."""
    for name in names:
        if name not in _OWN_KEY:
            next_model = model._meta.get_field(name).related_model
            model = next_model if isinstance(next_model, type) else model
    return model


def _is_held(model: type[models.Model], key: object) -> bool:
    """A row, or the key of one that came through a scope. A person's key is let pass: doors decide on people."""
    held, own = _held.get(), model._meta.pk
    if isinstance(key, models.Model | OuterRef):
        return True
    if key is None or isinstance(key, F):
        return False
    if held is None or own is None or not issubclass(model, PatientRow):
        return True
    return (model, own.to_python(key)) in held


_KEYS: dict[type[models.Model], list[tuple[str, type[models.Model]]]] = {}


def _keys_of(model: type[models.Model]) -> list[tuple[str, type[models.Model]]]:
    """Names of the columns that hold keys of other patients' rows, with their models."""
    if model not in _KEYS:
        _KEYS[model] = [
            (field.attname, field.related_model)
            for field in model._meta.concrete_fields
            if isinstance(field.related_model, type) and issubclass(field.related_model, PatientRow)
        ]
    return _KEYS[model]
