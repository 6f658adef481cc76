"""B8: no query about patients without a scope, and none at all where a page is drawn (docs/decisions/0013)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

from ikbt.common.scoping import PatientRow

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("ikbt/treatments", "therapist", "measurements")
# Where a request is answered: what it shows has come through a door.
ANSWERING = ("views", "consumers.py", "routing.py", "urls.py", "forms.py", "templatetags")
# One of these in the chain says whose rows are meant.
SCOPES = frozenset(
    {
        "of_patient",
        "closing",
        "treatment",
        "treatment_id",
        "treatment__in",
        "treatment__patient",
        "patient",
        "patient_id",
        "series",
        "series_id",
        "person",
        "occasion",
        "occasion_id",
        "occasion__in",
        "occasion__series",
        "series__in",
        "relation__in",
        "entry",
        # One row that the caller holds already, locked or read again.
        "pk",
        "Prefetch",
        # A lock is taken on one row, by its key, on the next line.
        "select_for_update",
    }
)
MAKING = frozenset({"create", "bulk_create"})


@dataclass(frozen=True)
class Query:
    """A chain that begins with `Model.objects`: its methods and the names of their arguments."""

    place: str
    model: str
    said: frozenset[str]

    @property
    def is_scoped(self) -> bool:
        return bool(self.said & (SCOPES | MAKING | declared_scopes()))


def patient_models() -> set[str]:
    """Every model that holds what belongs to one patient; tests/access/test_scoping.py holds that none is left out."""
    return {model.__name__ for model in apps.get_models() if issubclass(model, PatientRow)}


@cache
def declared_scopes() -> set[str]:
    """Methods of querysets that say whose in words of their own: they call `saying_whose`."""
    return {
        function.name
        for path in sources()
        if path.name.endswith("querysets.py")
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        and any(
            isinstance(node, ast.Attribute) and node.attr == "saying_whose" for node in ast.walk(function)
        )
    }


def queries_of(source: str, place: str, models: set[str]) -> Iterator[Query]:
    """Each chain on a patient model; its arguments may be nested."""
    tree = ast.parse(source)
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr == "objects"
            and isinstance(node.value, ast.Name)
            and node.value.id in models
        ):
            yield Query(f"{place}:{node.lineno}", node.value.id, frozenset(_said(node, parents)))


def _said(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[str]:
    while isinstance(parent := parents[node], ast.Attribute | ast.Call):
        if isinstance(parent, ast.Attribute):
            yield parent.attr
        elif parent.func is node:
            yield from (keyword.arg for keyword in parent.keywords if keyword.arg)
        else:
            # Prefetched rows are those of the rows they are fetched for.
            yield from (
                ("Prefetch",) if isinstance(parent.func, ast.Name) and parent.func.id == "Prefetch" else ()
            )
            return
        node = parent


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            # What runs for nobody is about everybody.
            if not {"migrations", "management"} & set(path.parts):
                yield path


def all_queries() -> list[Query]:
    models = patient_models()
    return [
        query
        for path in sources()
        for query in queries_of(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)), models)
    ]


def is_answering(place: str) -> bool:
    return any(part.partition(":")[0] in ANSWERING for part in place.split("/"))


def test_every_query_about_patients_says_whose() -> None:
    found = all_queries()

    assert len(found) > 60
    unscoped = [f"{query.place} {query.model}" for query in found if not query.is_scoped]
    assert not unscoped, "\n".join(unscoped)


def test_a_view_or_socket_asks_the_database_for_no_patient() -> None:
    asked = [f"{query.place} {query.model}" for query in all_queries() if is_answering(query.place)]

    assert asked == [], "Take it from the door, or ask in pages/, a queryset or a verb."


@pytest.mark.parametrize(
    ("code", "scoped"),
    [
        ("Message.objects.all()", False),
        ("Message.objects.filter(body='x').first()", False),
        ("list(Alert.objects.filter(level='high'))", False),
        ("Message.objects.filter(treatment=t).order_by('sent_at')", True),
        ("Treatment.objects.of_patient(p).running()", True),
        ("Message.objects.order_by('id').filter(treatment=t)", True),
        ("f(Message.objects.all(), treatment=t)", False),
        ("Prefetch('messages', Message.objects.filter(read_at=None))", True),
    ],
)
def test_the_rule_sees_what_it_should(code: str, scoped: bool) -> None:
    assert [query.is_scoped for query in queries_of(code, "here", patient_models())] == [scoped]
