"""Decides which texts the code and the templates ask to have translated, and which app owns each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath

from babel.messages.extract import extract
from django.utils.translation.template import templatize

COMMON = "ikbt/common"
SHARED_TEMPLATES = ("layouts", "components")
# Program content is Swedish from the start; tests and migrations show nothing on a screen.
_LEFT_OUT = {"migrations", "tests", "node_modules", "vendor", "static", "docs"}
_SOURCES = ("ikbt", "programs", "therapist", "measurements", "templates")

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
Key = tuple[str, str]  # context ("" for none) and msgid (the singular where there are two)


@dataclass(frozen=True)
class Source:
    """One text that the code asks for: its msgids, its context, and where."""

    context: str
    forms: tuple[str, ...]
    place: str
    comments: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        return self.context, self.forms[0]


@dataclass
class Wanted:
    """What one app's code and templates ask for."""

    app: str
    sources: list[Source] = field(default_factory=list)

    @property
    def keys(self) -> set[Key]:
        return {source.key for source in self.sources}


def app_folders(root: Path) -> list[str]:
    """Folders of the project's apps, as posix paths below `root`."""
    found = [*root.glob("*/apps.py"), *root.glob("ikbt/*/apps.py")]
    return sorted(path.parent.relative_to(root).as_posix() for path in found)


def owner_of(path: PurePosixPath, apps: Sequence[str]) -> str:
    """The app whose catalogue holds a file's texts; what belongs to no app belongs to ikbt/common.

    `path` is relative to the repository. templates/<app>/ is the app of that name, wherever its folder is.
    """
    parts = path.parts
    if parts[0] == "templates" and len(parts) > 2:
        named = [app for app in apps if PurePosixPath(app).name == parts[1]]
        return named[0] if named and parts[1] not in SHARED_TEMPLATES else COMMON
    inside = [app for app in apps if path.is_relative_to(app)]
    return max(inside, key=len, default=COMMON)


def texts_of_python(code: str, place: str) -> Iterator[Source]:
    """Texts that Python source asks gettext for."""
    lines = BytesIO(code.encode())
    for line, found, comments, context in extract(
        "python", lines, keywords=KEYWORDS, comment_tags=("Translators:",), options={"encoding": "utf-8"}
    ):
        forms = (found,) if isinstance(found, str) else tuple(form for form in found if form)
        if forms and forms[0]:
            yield Source(context or "", forms[:2], f"{place}:{line}", tuple(comments))


def texts_of_template(text: str, place: str) -> Iterator[Source]:
    """Texts that a Django template asks for with translate and blocktranslate."""
    # templatize gives lines of Python calls between X's; their indentation is the template's, not Python's.
    code = templatize(text, origin=place)
    yield from texts_of_python("\n".join(line.lstrip() for line in code.split("\n")), place)


def wanted_texts(root: Path) -> dict[str, Wanted]:
    """What each app must translate, by app folder."""
    apps = app_folders(root)
    wanted = {app: Wanted(app) for app in {*apps, COMMON}}
    for path in _source_files(root):
        place = path.relative_to(root)
        text = path.read_text(encoding="utf-8")
        read = texts_of_python if path.suffix == ".py" else texts_of_template
        wanted[owner_of(PurePosixPath(place), apps)].sources += read(text, place.as_posix())
    return wanted


def _source_files(root: Path) -> Iterator[Path]:
    for top in _SOURCES:
        for path in sorted((root / top).rglob("*")):
            inside = path.relative_to(root).parts
            is_template = path.suffix in {".html", ".txt"} and "templates" in inside
            if (path.suffix == ".py" or is_template) and not _LEFT_OUT.intersection(inside):
                yield path
