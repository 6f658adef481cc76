"""Decides how the repository is measured: lines, functions, complexity, hints, docstrings, templates."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

Def = ast.FunctionDef | ast.AsyncFunctionDef
_BRANCHES = (
    ast.If, ast.For, ast.AsyncFor, ast.While, ast.IfExp, ast.Assert, ast.ExceptHandler, ast.match_case,
)  # fmt: skip
_OWN_COUNT = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_SKIPPED = {".git", ".venv", "node_modules", "vendor", "docs", "__pycache__"}


@dataclass(frozen=True)
class Function:
    """One def at any depth, from `def` to its last line."""

    place: str
    lines: int
    complexity: int
    hinted: bool


@dataclass(frozen=True)
class Module:
    """One Python file that is not empty."""

    path: PurePosixPath
    lines: int
    code_lines: int
    has_docstring: bool
    functions: list[Function] = field(default_factory=list)
    imports: int = 0
    deferred_imports: int = 0


def tracked_files(root: Path) -> list[PurePosixPath]:
    """What the repository holds, as git tells; everything on disk where it is not a git checkout."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z"], capture_output=True, text=True, check=False
    )
    names = [name for name in listed.stdout.split("\0") if name] if listed.returncode == 0 else []
    if not names:
        names = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    paths = [PurePosixPath(name) for name in names]
    return [path for path in paths if not _SKIPPED.intersection(path.parts[:-1]) and (root / path).is_file()]


def is_test(path: PurePosixPath) -> bool:
    return path.parts[0] == "tests"


def is_migration(path: PurePosixPath) -> bool:
    return "migrations" in path.parts[:-1]


def read_modules(root: Path, paths: Sequence[PurePosixPath]) -> list[Module]:
    """The Python files among `paths`, migrations left out; an empty file is no module."""
    chosen = [path for path in paths if path.suffix == ".py" and not is_migration(path)]
    texts = [(path, (root / path).read_text(encoding="utf-8")) for path in chosen]
    return [measure(path, text) for path, text in texts if text.strip()]


def measure(path: PurePosixPath, text: str) -> Module:
    tree = ast.parse(text)
    imports = list(_imports(tree, deferred=False))
    return Module(
        path=path,
        lines=len(text.splitlines()),
        code_lines=sum(1 for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")),
        has_docstring=ast.get_docstring(tree) is not None,
        functions=[_function(path, node) for node in ast.walk(tree) if isinstance(node, Def)],
        imports=len(imports),
        deferred_imports=sum(imports),
    )


def _function(path: PurePosixPath, node: Def) -> Function:
    arguments = node.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    if named and named[0].arg in {"self", "cls"}:
        named = named[1:]
    named += [extra for extra in (arguments.vararg, arguments.kwarg) if extra]
    return Function(
        place=f"{path}:{node.lineno} {node.name}",
        lines=(node.end_lineno or node.lineno) - node.lineno + 1,
        complexity=1 + sum(_branches(child) for child in node.body),
        hinted=node.returns is not None and all(argument.annotation for argument in named),
    )


def _branches(node: ast.AST) -> int:
    """McCabe's count below one node; a function inside is counted on its own."""
    if isinstance(node, _OWN_COUNT):
        return 0
    own = 0
    if isinstance(node, _BRANCHES):
        own = 1
    elif isinstance(node, ast.BoolOp):
        own = len(node.values) - 1
    elif isinstance(node, ast.comprehension):
        own = 1 + len(node.ifs)
    return own + sum(_branches(child) for child in ast.iter_child_nodes(node))


def _imports(node: ast.AST, *, deferred: bool) -> Iterator[bool]:
    """One value an imported name: whether the import stands inside a function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield from (deferred for _ in child.names)
        yield from _imports(child, deferred=deferred or isinstance(child, Def | ast.Lambda))


def ninth_decile(values: Sequence[int]) -> int:
    """The value that nine of ten do not exceed; 0 of nothing."""
    ordered = sorted(values)
    return ordered[round(0.9 * (len(ordered) - 1))] if ordered else 0
