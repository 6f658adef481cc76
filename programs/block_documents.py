"""What each block that an author has filled in becomes in a frozen step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from wagtail.rich_text import expand_db_html

from programs.exercises.definitions import load_all
from programs.illustrations import ILLUSTRATIONS, drawing
from programs.media import FACTS_OF_FILES, hash_and_kind
from programs.sanitising import clean

if TYPE_CHECKING:
    from django.db.models.fields.files import FieldFile

Document = dict[str, Any]
# What freezing adds to a block of the file format; a file has none of it.
ADDED_TO_BLOCK = FACTS_OF_FILES | {"definition_hash", "drawing"}


class Stored(Protocol):
    """A picture or document of Wagtail's."""

    file: FieldFile


@dataclass
class MediaBox:
    """The files that blocks refer to, each under the hash of its content."""

    files: dict[str, Stored] = field(default_factory=dict)
    kinds: dict[str, str | None] = field(default_factory=dict)

    def put(self, stored: Stored | None) -> tuple[str, str | None]:
        """Hash and kind; ("", None) when the author's file is gone, which preflight tells."""
        if stored is None:
            return "", None
        with stored.file.open("rb") as opened:
            sha256, kind = hash_and_kind(opened)
        self.files[sha256], self.kinds[sha256] = stored, kind
        return sha256, kind


def html_of(rich: Any) -> str:
    """Sanitised HTML; links to our own pages are looked up now, so that reading a step asks nothing."""
    source = str(rich.source) if rich else ""
    return clean(expand_db_html(source) if "linktype" in source else source)


def text_block(value: Mapping[str, Any], box: MediaBox) -> Document:
    return {"type": "text", "html": html_of(value["html"])}


def callout_block(value: Mapping[str, Any], box: MediaBox) -> Document:
    return {
        "type": "callout",
        "kind": value["kind"],
        "title": value["title"] or "",
        "html": html_of(value["html"]),
    }


def quote_block(value: Mapping[str, Any], box: MediaBox) -> Document:
    return {
        "type": "quote",
        "html": html_of(value["html"]),
        "person": value["person"],
        "invented": bool(value["invented"]),
    }


def quiz_block(value: Mapping[str, Any], box: MediaBox) -> Document:
    options = [
        {"text": option["text"], "right": bool(option["right"]), "explanation": option["explanation"]}
        for option in value["options"]
    ]
    return {"type": "quiz", "question": value["question"], "options": options}


def exercise_block(value: Mapping[str, Any], box: MediaBox) -> Document:
    known = load_all().get(value["exercise"])
    return {
        "type": "exercise",
        "exercise": value["exercise"],
        "intro": html_of(value["intro"]),
        "required_count": value["required_count"] or 0,
        "optional": bool(value["optional"]),
        "fields": names_in(value["fields"]) or None,
        "continues": value["continues"] or None,
        "definition_hash": known.content_hash if known else "",
    }


def names_in(text: str) -> list[str]:
    """The names in a line with commas or spaces between."""
    return text.replace(",", " ").split()


def homework_block(value: Mapping[str, Any], box: MediaBox) -> Document:
    tasks = [{"step": task["step"], "text": task["text"]} for task in value["tasks"]]
    return {"type": "homework", "title": value["title"] or "", "tasks": tasks}


def pacing_block(value: Mapping[str, Any], box: MediaBox) -> Document:
    lines = [{"text": line["text"], "seconds": line["seconds"] or 0} for line in value["lines"]]
    return {"type": "pacing", "title": value["title"], "lines": lines}


def illustration_block(value: Mapping[str, Any], box: MediaBox) -> Document:
    """The drawing itself goes into the version: a later hand may mend ours, and must not change hers."""
    name = value["name"] or ""
    return {
        "type": "illustration",
        "name": name,
        "alt": value["alt"] or "",
        "caption": value["caption"] or "",
        "drawing": drawing(name) if name in ILLUSTRATIONS else "",
    }


def media_block(value: Mapping[str, Any], box: MediaBox, *, kind: str) -> Document:
    """Picture, audio or video; parts that a kind lacks are empty."""
    stored = value["image"] if kind == "image" else value["file"]
    sha256, media_type = box.put(stored)
    captions, captions_type = box.put(value.get("captions"))
    poster, poster_type = box.put(value.get("poster"))
    return {
        "type": kind,
        "file": sha256,
        "alt": value.get("alt") or "",
        "caption": value.get("caption") or "",
        "transcript": value.get("transcript") or "",
        "captions": captions or None,
        "media_type": media_type,
        "captions_type": captions_type,
        **({"poster": poster, "poster_type": poster_type} if poster else {}),
        # Who pays for what she fetches is told beforehand how much a recording is.
        **({"bytes": stored.file.size} if kind != "image" and stored is not None else {}),
    }


BLOCKS: dict[str, Callable[[Mapping[str, Any], MediaBox], Document]] = {
    "text": text_block,
    "callout": callout_block,
    "quote": quote_block,
    "quiz": quiz_block,
    "exercise": exercise_block,
    "homework": homework_block,
    "pacing": pacing_block,
    "illustration": illustration_block,
    "image": partial(media_block, kind="image"),
    "audio": partial(media_block, kind="audio"),
    "video": partial(media_block, kind="video"),
}
