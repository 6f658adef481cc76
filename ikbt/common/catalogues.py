"""Decides what each app's Swedish catalogue must hold, and what is wrong with the one it has."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from ikbt.common.translatable import Key, Source, Wanted

LANGUAGE = "sv"
# Without the blank flag, so that "80 % of" in running text is not taken for a placeholder.
_PERCENT = re.compile(r"%(?:\((\w+)\))?[#0\-+]*\d*(?:\.\d+)?([diouxXeEfFgGcrsa%])")
_BRACES = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True)
class Problem:
    """One thing to mend in a catalogue, told to whoever owns it."""

    app: str
    what: str
    msgid: str
    place: str = ""

    def __str__(self) -> str:
        where = f" ({self.place})" if self.place else ""
        return f"{self.app}: {self.what}: {self.msgid!r}{where}"


def catalogue_path(root: Path, app: str) -> Path:
    return root / app / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


# ---------------------------------------------------------------- merging


def read_catalogue(path: Path) -> Catalog:
    if not path.exists():
        return Catalog(locale=LANGUAGE, project="ikbt", domain="django", fuzzy=False, charset="utf-8")
    with path.open("rb") as handle:
        return read_po(handle, locale=LANGUAGE, domain="django")


def merged(existing: Catalog, wanted: Wanted) -> Catalog:
    """A catalogue of exactly what is wanted, with the translations that exist; none is guessed.

    A text whose plural was added or taken away keeps its Swedish as the first form.
    """
    fresh = Catalog(locale=LANGUAGE, project="ikbt", domain="django", fuzzy=False, charset="utf-8")
    fresh.header_comment = "# Swedish texts of ikbt. Filled by `manage.py translations update`."
    fresh.creation_date, fresh.revision_date = existing.creation_date, existing.revision_date
    has_plural = {source.key: source for source in wanted.sources if len(source.forms) > 1}
    for source in wanted.sources:
        forms = has_plural.get(source.key, source).forms
        _add(fresh, source, forms, existing.get(forms[0], source.context or None))
    return fresh


def _add(fresh: Catalog, source: Source, forms: tuple[str, ...], old: Message | None) -> None:
    plural = len(forms) > 1
    message = fresh.add(
        forms if plural else forms[0],
        string=_kept_string(old, plural=plural),
        locations=[(source.place.rpartition(":")[0], 0)],
        auto_comments=source.comments,
        context=source.context or None,
    )
    if old is not None:
        message.user_comments = list(old.user_comments)
        message.flags |= {"fuzzy"} & set(old.flags)


def _kept_string(old: Message | None, *, plural: bool) -> str | tuple[str, ...]:
    strings = _strings(old) if old is not None else []
    if plural:
        return (strings[0] if strings else "", strings[1] if len(strings) > 1 else "")
    return strings[0] if strings else ""


def write_catalogue(path: Path, catalogue: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    out = BytesIO()
    write_po(out, catalogue, width=110, sort_output=True, include_lineno=False)
    _replace(path, out.getvalue())


# ---------------------------------------------------------------- checking


def problems_of(wanted: Wanted, catalogue: Catalog) -> list[Problem]:
    """Everything that keeps an app's Swedish from being complete, in the order of its texts."""
    found: list[Problem] = []
    seen: set[Key] = set()
    for source in wanted.sources:
        if source.key in seen:
            continue
        seen.add(source.key)
        message = catalogue.get(source.forms[0], source.context or None)
        what = _fault(source, message)
        if what:
            found.append(Problem(wanted.app, what, source.forms[0], source.place))
    for message in catalogue:
        if message.id and _key(message) not in wanted.keys:
            found.append(Problem(wanted.app, "stale, no code asks for it", _key(message)[1]))
    return found


def _fault(source: Source, message: Message | None) -> str:
    if message is None:
        return "missing"
    if message.fuzzy:
        return "fuzzy"
    strings = _strings(message)
    if not all(string.strip() for string in strings):
        return "empty"
    if len(source.forms) > 1 and len(strings) < 2:
        return "no plural form"
    return "placeholders differ" if _placeholders_differ(source.forms, strings) else ""


def placeholders(text: str) -> Counter[str]:
    """The places that are filled in when the text is shown, by kind and name; "%%" is none."""
    percent = [name or f"%{kind}" for name, kind in _PERCENT.findall(text) if kind != "%"]
    return Counter([*(f"%{name}" for name in percent), *(f"{{{name}}}" for name in _BRACES.findall(text))])


def _placeholders_differ(msgids: Sequence[str], strings: Sequence[str]) -> bool:
    """Whether a translation would lose a value or ask for one that is not given.

    The singular may leave out one value, the number: "one message".
    """
    if len(msgids) == 1:
        return set(placeholders(msgids[0])) != set(placeholders(strings[0]))
    one, many = (set(placeholders(msgid)) for msgid in msgids)
    singular = set(placeholders(strings[0]))
    lost, invented = many - singular, singular - (one | many)
    return len(lost) > 1 or bool(invented) or any(set(placeholders(text)) != many for text in strings[1:])


def conflicts(catalogues: Iterable[tuple[str, Catalog]]) -> list[Problem]:
    """Texts that two apps translate differently: Django merges all catalogues, so one wins everywhere."""
    first: dict[Key, tuple[str, list[str]]] = {}
    found = []
    for app, catalogue in catalogues:
        for message in catalogue:
            strings = _strings(message)
            if not message.id or not all(strings):
                continue
            other, known = first.setdefault(_key(message), (app, strings))
            if known[0] != strings[0]:
                told = f"{other} says {known[0]!r}, {app} says {strings[0]!r}; agree, or use pgettext"
                found.append(Problem(app, told, _key(message)[1]))
    return found


def _key(message: Message) -> Key:
    msgid = message.id if isinstance(message.id, str) else message.id[0]
    return message.context or "", msgid


def _strings(message: Message) -> list[str]:
    return (
        [message.string]
        if isinstance(message.string, str)
        else [each or "" for each in message.string or [""]]
    )


# ---------------------------------------------------------------- compiling


def compile_catalogues(root: Path) -> list[Path]:
    """Write each catalogue's .mo beside it where it is missing or older; returns those written.

    Fuzzy texts are left out, so a guess is never shown to a patient.
    """
    written = []
    for source in sorted(root.glob("**/locale/*/LC_MESSAGES/django.po")):
        if ".venv" in source.relative_to(root).parts:
            continue
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        out = BytesIO()
        write_mo(out, read_catalogue(source))
        _replace(target, out.getvalue())
        written.append(target)
    return written


def _replace(path: Path, content: bytes) -> None:
    """Whole or not at all: test workers and a running site may read at the same moment."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    fresh.write_bytes(content)
    fresh.replace(path)
