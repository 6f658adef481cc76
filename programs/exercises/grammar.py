"""Decides which formulas are well formed: text in, a tree of small frozen nodes out; nothing is evaluated
here.

Grammar, loosest first:

    choice      or ["if" or "else" choice]
    or          and {"or" and}
    and         not {"and" not}
    not         "not" not | comparison
    comparison  sum [("==" "!=" "<=" ">=" "<" ">") sum | "is" ["not"] sum | ["not"] "in" options]
    options     "(" choice {"," choice} ")"
    sum         term {("+" | "-") term}
    term        unary {("*" | "/") unary}
    unary       "-" unary | postfix
    postfix     atom {"." name | ["group"] "by" postfix | "over" number "days"}      the last two only after
    a call
    atom        number | 'text' | null | true | false | name | call | "(" choice ")"
    call        name "(" ["*" | choice {"," choice}] ["where" choice] ["asc" | "desc"] ")"
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

MAX_LENGTH = 1000
MAX_DEPTH = 25
KEYWORDS = frozenset(
    {
        *("if", "else", "or", "and", "not", "is", "in", "null", "true", "false"),
        *("where", "by", "group", "over", "days", "asc", "desc"),
    }
)
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>'[^']*')|(?P<name>[a-z_][a-z0-9_]*)"
    r"|(?P<sign>==|!=|<=|>=|[-+*/<>().,]))"
)


class FormulaError(ValueError):
    """The formula can't be read; says where and why."""


@dataclass(frozen=True)
class Literal:
    value: Fraction | str | bool | None


@dataclass(frozen=True)
class Name:
    text: str


@dataclass(frozen=True)
class Attribute:
    of: Node
    name: str


@dataclass(frozen=True)
class Negation:
    """`-x` (sign "-") or `not x` (sign "not")."""

    sign: str
    of: Node


@dataclass(frozen=True)
class Binary:
    """Arithmetic, a comparison, `and`, `or`, or the null-safe `is`."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Membership:
    of: Node
    options: tuple[Node, ...]


@dataclass(frozen=True)
class Choice:
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True)
class Call:
    """A function with its clauses; no arguments at all stands for `count(*)`."""

    function: str
    arguments: tuple[Node, ...]
    where: Node | None = None
    by: Node | None = None
    days: int | None = None
    descending: bool = False


Node = Literal | Name | Attribute | Negation | Binary | Membership | Choice | Call


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    at: int


def tokens_of(text: str) -> list[Token]:
    """The formula's tokens in order, closed by an "end"; raises FormulaError at the first unknown
    character."""
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"a formula has at most {MAX_LENGTH} characters")
    found: list[Token] = []
    at = 0
    while at < len(text.rstrip()):
        match = TOKEN.match(text, at)
        if match is None:
            raise FormulaError(f"unknown character at {at} in {text!r}")
        kind = match.lastgroup or ""
        word, start = match.group(kind), match.start(kind)
        if kind == "name" and word in KEYWORDS:
            kind = "keyword"
        found.append(Token(kind, word, start))
        at = match.end()
    return [*found, Token("end", "", len(text))]


class Parser:
    """Recursive descent over one formula's tokens."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens_of(text)
        self.at = 0
        self.depth = 0

    def refuse(self) -> FormulaError:
        token = self.tokens[self.at]
        return FormulaError(f"unexpected {token.text or 'end'!r} at {token.at} in {self.text!r}")

    def accept(self, *words: str) -> str | None:
        token = self.tokens[self.at]
        if token.kind in ("keyword", "sign") and token.text in words:
            self.at += 1
            return token.text
        return None

    def expect(self, word: str) -> None:
        if self.accept(word) is None:
            raise self.refuse()

    def take(self, kind: str) -> str:
        token = self.tokens[self.at]
        if token.kind != kind:
            raise self.refuse()
        self.at += 1
        return token.text

    def whole(self) -> Node:
        node = self.choice()
        if self.tokens[self.at].kind != "end":
            raise self.refuse()
        return node

    def choice(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError(f"nested too deep: {self.text!r}")
        node = self.either()
        if self.accept("if"):
            condition = self.either()
            self.expect("else")
            node = Choice(condition, node, self.choice())
        self.depth -= 1
        return node

    def either(self) -> Node:
        node = self.both()
        while self.accept("or"):
            node = Binary("or", node, self.both())
        return node

    def both(self) -> Node:
        node = self.inverse()
        while self.accept("and"):
            node = Binary("and", node, self.inverse())
        return node

    def inverse(self) -> Node:
        turns = 0
        while self.accept("not"):
            turns += 1
        node = self.comparison()
        for _ in range(turns):
            node = Negation("not", node)
        return node

    def comparison(self) -> Node:
        left = self.sum()
        if sign := self.accept("==", "!=", "<=", ">=", "<", ">"):
            return Binary(sign, left, self.sum())
        if self.accept("is"):
            turned = self.accept("not") is not None
            same = Binary("is", left, self.sum())
            return Negation("not", same) if turned else same
        if self.accept("in"):
            return Membership(left, self.options())
        if self.accept("not"):
            self.expect("in")
            return Negation("not", Membership(left, self.options()))
        return left

    def options(self) -> tuple[Node, ...]:
        self.expect("(")
        found = [self.choice()]
        while self.accept(","):
            found.append(self.choice())
        self.expect(")")
        return tuple(found)

    def sum(self) -> Node:
        node = self.term()
        while sign := self.accept("+", "-"):
            node = Binary(sign, node, self.term())
        return node

    def term(self) -> Node:
        node = self.unary()
        while sign := self.accept("*", "/"):
            node = Binary(sign, node, self.unary())
        return node

    def unary(self) -> Node:
        turns = 0
        while self.accept("-"):
            turns += 1
        node = self.postfix()
        for _ in range(turns):
            node = Negation("-", node)
        return node

    def postfix(self) -> Node:
        node = self.atom()
        while True:
            if self.accept("."):
                node = Attribute(node, self.take("name"))
            elif isinstance(node, Call) and self.accept("group", "by"):
                self.accept("by")
                node = replace(node, by=self.postfix())
            elif isinstance(node, Call) and self.accept("over"):
                node = replace(node, days=int(self.take("number")))
                self.expect("days")
            else:
                return node

    def atom(self) -> Node:
        if self.accept("("):
            node = self.choice()
            self.expect(")")
            return node
        if word := self.accept("null", "true", "false"):
            return Literal({"null": None, "true": True, "false": False}[word])
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "number":
            return Literal(Fraction(token.text))
        if token.kind == "text":
            return Literal(token.text[1:-1])
        if token.kind == "name":
            return self.call(token.text) if self.accept("(") else Name(token.text)
        self.at -= 1
        raise self.refuse()

    def call(self, function: str) -> Call:
        arguments: list[Node] = []
        if not self.accept("*"):
            arguments.append(self.choice())
            while self.accept(","):
                arguments.append(self.choice())
        where = self.choice() if self.accept("where") else None
        order = self.accept("asc", "desc")
        self.expect(")")
        return Call(function, tuple(arguments), where, descending=order == "desc")


@lru_cache(maxsize=1024)
def parse(text: str) -> Node:
    """The tree of one formula; raises FormulaError when it isn't one."""
    return Parser(text).whole()
