"""Reads what the patient's pages post; decides that a broken key or number is a new one, never an error."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from uuid import UUID, uuid4, uuid5

from django.http import HttpRequest

from ikbt.treatments.models import Treatment

# NUL can't be stored as text, a lone surrogate can't be stored or sent at all.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
LARGEST_NUMBER = 2**31 - 1


def posted(request: HttpRequest) -> Mapping[str, object]:
    """The posted form, or the object in a JSON body; what is no object reads as empty."""
    if request.content_type != "application/json":
        return request.POST
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return {str(name): value for name, value in found.items()} if isinstance(found, dict) else {}


def client_key(data: Mapping[str, object]) -> UUID:
    """The key that the page made, so that a retry is recognised; a new one where it is missing or broken."""
    try:
        return UUID(str(data.get("client_key", "")))
    except ValueError:
        return uuid4()


def own_key(data: Mapping[str, object], owner: UUID) -> UUID:
    """A key that nobody else's post can meet: the page's, made the owner's own."""
    return uuid5(owner, str(client_key(data)))


def first_key(treatment: Treatment, step_key: str) -> UUID:
    """The key of a step's only entry: two tabs that both begin it begin the same one."""
    return uuid5(treatment.pk, step_key)


def number(data: Mapping[str, object], name: str) -> int:
    """A whole number from 0 up; 0 where it is missing or broken."""
    text = str(data.get(name, ""))
    return min(int(text), LARGEST_NUMBER) if re.fullmatch(r"\d{1,10}", text, re.ASCII) else 0


def text(data: Mapping[str, object], name: str) -> str:
    """A text with one kind of line end; characters that can't be stored are shown as U+FFFD."""
    value = data.get(name, "")
    return (
        UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value.replace("\r\n", "\n"))
        if isinstance(value, str)
        else ""
    )


def wants_json(request: HttpRequest) -> bool:
    """A script that saves, as against a browser that shows the answer."""
    return "application/json" in request.headers.get("Accept", "")
