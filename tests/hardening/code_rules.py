"""What our own code may not do, by its syntax tree: each rule with the hole that it keeps shut. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

# Call names that put text past escaping or past the query builder.
FORBIDDEN_CALLS = {
    "mark_safe": "puts text past escaping",
    "SafeString": "puts text past escaping",
    "csrf_exempt": "takes a form without its token",
    "RawSQL": "writes SQL by hand",
    "raw": "writes SQL by hand",
    "extra": "writes SQL by hand",
    "eval": "runs text",
    "exec": "runs text",
    "system": "runs a shell",
    "urlopen": "calls an address",
    "fromstring_unsafe": "builds from text",
    "from_string": "makes a template of text",
    "Template": "makes a template of text",
    "format_map": "lets text name what it shows",
}
# Reading with these can run what was stored.
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "yaml", "xml", "lxml"}
PATTERNS = {"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}
# Where a keyword of the sender's choice becomes a lookup or a connector (CVE-2025-64459).
QUERIES = {"filter", "exclude", "get", "annotate", "aggregate", "update", "create", "Q", "order_by"}
UNSAFE_TEMPLATE = re.compile(r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off|\|\s*richtext\b")


def calls(source: str) -> Iterator[tuple[int, str]]:
    """Line and reason of each forbidden call."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = _name(node.func)
            if name in FORBIDDEN_CALLS:
                yield node.lineno, f"{name} {FORBIDDEN_CALLS[name]}"
            if name in QUERIES and any(
                _from_request(word.value) for word in node.keywords if word.arg is None
            ):
                yield node.lineno, f"{name}(**...) lets the sender choose the lookup"
            yield from ((node.lineno, why) for why in _built_from_text(node))
            if any(word.arg == "shell" and _is_true(word.value) for word in node.keywords):
                yield node.lineno, "shell=True runs a shell"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for name in _imported(node):
                if name.partition(".")[0] in FORBIDDEN_MODULES:
                    yield node.lineno, f"{name} may run or fetch what it reads"
        elif isinstance(node, ast.Name) and node.id == "csrf_exempt":
            yield node.lineno, "csrf_exempt takes a form without its token"


def _name(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names]


def _built_from_text(node: ast.Call) -> Iterator[str]:
    """A pattern or a format that is no constant: whoever writes it decides what it does."""
    if not isinstance(node.func, ast.Attribute):
        return
    owner = node.func.value
    if isinstance(owner, ast.Name) and owner.id == "re" and node.func.attr in PATTERNS:
        if not _is_fixed(node.args[0]):
            yield "a pattern that is not fixed"
    elif node.func.attr == "format" and not _is_fixed(owner):
        yield "a format that is not fixed"


def _is_fixed(pattern: ast.expr) -> bool:
    """Written out, in capitals, or made of such parts and of escaped ones."""
    if isinstance(pattern, ast.BinOp):
        return _is_fixed(pattern.left) and _is_fixed(pattern.right)
    if isinstance(pattern, ast.JoinedStr):
        return all(isinstance(part, ast.Constant) or _is_fixed(part.value) for part in pattern.values)  # type: ignore[attr-defined]
    if isinstance(pattern, ast.Call):
        return _name(pattern.func) == "escape" or (
            _name(pattern.func) == "join" and _is_fixed(pattern.args[0])
        )
    if isinstance(pattern, ast.Name | ast.Attribute):
        name = pattern.id if isinstance(pattern, ast.Name) else pattern.attr
        return name.isupper() or name == "regex"
    return isinstance(pattern, ast.Constant)


def _from_request(value: ast.expr) -> bool:
    """Whether GET, POST, body or cleaned data stand anywhere in what is unpacked."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in {"GET", "POST", "FILES", "COOKIES", "headers", "body"}
        for node in ast.walk(value)
    )


def _is_true(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is True


def unsafe_lines(template: str) -> list[int]:
    """Lines of a template that print text past escaping."""
    return [
        number for number, line in enumerate(template.splitlines(), start=1) if UNSAFE_TEMPLATE.search(line)
    ]
