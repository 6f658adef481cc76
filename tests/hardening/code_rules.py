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
}
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
            if any(word.arg == "shell" and _is_true(word.value) for word in node.keywords):
                yield node.lineno, "shell=True runs a shell"
        elif isinstance(node, ast.Name) and node.id == "csrf_exempt":
            yield node.lineno, "csrf_exempt takes a form without its token"


def _name(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


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
