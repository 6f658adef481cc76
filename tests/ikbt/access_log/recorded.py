"""Reads the syntax tree for what the code writes to the log: each action with each kind of object, and where."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("ikbt", "programs", "therapist", "measurements")
WRITERS = {"record": "ikbt.audit.recording", "record_list": "ikbt.audit.recording"}
ANY = "*"
Def = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Recorded:
    """`action` is "*" where the code decides while it runs; `about` tells whether the row names a patient."""

    place: str
    action: str
    kind: str
    about: bool


@dataclass(frozen=True)
class Source:
    """A module that writes log rows, and its functions that hand a kind of their caller's on to the log."""

    name: str
    tree: ast.Module
    place: str


@cache
def sources() -> tuple[Source, ...]:
    """All modules of ours that take `record` or something that hands on to it."""
    return tuple(
        Source(
            ".".join(path.relative_to(ROOT).with_suffix("").parts),
            ast.parse(text),
            str(path.relative_to(ROOT)),
        )
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if not {"migrations", "demo"} & set(path.parts)
        and "record" in (text := path.read_text(encoding="utf-8"))
    )


def everything_recorded() -> set[Recorded]:
    """Every pair; a kind that can't be told from the text is "?"."""
    return {found for source in sources() for found in _of(source)}


def _of(source: Source) -> Iterator[Recorded]:
    handing = _handing_on(source)
    if not handing:
        return
    for call in (node for node in ast.walk(source.tree) if isinstance(node, ast.Call)):
        name = _name(call.func)
        if name not in handing:
            continue
        given = {word.arg: word.value for word in call.keywords if word.arg}
        kinds = _kinds(source, given.get("kind") or _positional(handing[name], call))
        if kinds == [ANY]:
            continue
        about = "patient" in given or "patients" in given or name not in WRITERS
        for kind in kinds:
            yield Recorded(f"{source.place}:{call.lineno}", _action(name, call), kind, about)


def _handing_on(source: Source) -> dict[str, Def | None]:
    """`record` itself and functions here with a `kind` that they pass on, by name."""
    imported = {
        alias.asname or alias.name
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "ikbt.audit.recording"
        for alias in node.names
        if alias.name in WRITERS
    }
    found: dict[str, Def | None] = dict.fromkeys(imported)
    functions = [node for node in ast.walk(source.tree) if isinstance(node, Def)]
    grown = True
    while grown:
        grown = False
        for function in functions:
            if function.name not in found and _hands_on(function, set(found)):
                found[function.name] = function
                grown = True
    return found


def _hands_on(function: Def, names: set[str]) -> bool:
    own = {one.arg for one in [*function.args.args, *function.args.kwonlyargs]}
    if "kind" not in own:
        return False
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and _name(node.func) in names]
    return any(
        isinstance(value, ast.Name) and value.id == "kind"
        for call in calls
        for value in [*call.args, *(word.value for word in call.keywords if word.arg == "kind")]
    )


def _positional(function: Def | None, call: ast.Call) -> ast.expr | None:
    """The argument for `kind`, else its default."""
    if function is None:
        return None
    names = [one.arg for one in function.args.args]
    if "kind" in names and names.index("kind") < len(call.args):
        return call.args[names.index("kind")]
    defaults = dict(
        zip([one.arg for one in function.args.kwonlyargs], function.args.kw_defaults, strict=True)
    )
    return defaults.get("kind")


def _action(name: str, call: ast.Call) -> str:
    if name == "record_list":
        return "list"
    first = call.args[0] if name == "record" and call.args else None
    if (
        isinstance(first, ast.Attribute)
        and isinstance(first.value, ast.Attribute)
        and first.value.attr == "Action"
    ):
        return first.attr.lower()
    return ANY


def _kinds(source: Source, value: ast.expr | None) -> list[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return [value.value]
    if isinstance(value, ast.IfExp):
        return [*_kinds(source, value.body), *_kinds(source, value.orelse)]
    if isinstance(value, ast.JoinedStr) and isinstance(value.values[0], ast.Constant):
        # "retention: drafts" is said as "retention".
        return [str(value.values[0].value).partition(":")[0]]
    if isinstance(value, ast.Name):
        found = _kinds_of_constant(source, value.id)
        # A parameter is asked for where the function is called.
        return [ANY] if value.id == "kind" and found == ["?"] else found
    if isinstance(value, ast.Subscript) and isinstance(value.value, ast.Name):
        return _kinds_of_constant(source, value.value.id)
    return ["?"]


def _kinds_of_constant(source: Source, name: str) -> list[str]:
    """A name of the module, its own or imported under whatever name; of a dictionary, all values."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Assign) and any(_name(target) == name for target in node.targets):
            if isinstance(node.value, ast.Dict):
                return [kind for value in node.value.values for kind in _kinds(source, value)]
            return _kinds(source, node.value)
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return [
                        kind
                        for other in sources()
                        if other.name == node.module
                        for kind in _kinds_of_constant(other, alias.name)
                    ]
    return ["?"]


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
