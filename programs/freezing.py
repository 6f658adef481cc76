"""Turns a draft's page tree into a frozen document in the program file format; writes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from wagtail.rich_text import expand_db_html

from programs.exercises.definitions import content_hash, load_all
from programs.media import hash_and_kind
from programs.sanitising import clean
from programs.step_minutes import minutes_of

if TYPE_CHECKING:
    from django.db.models.fields.files import FieldFile

    from programs.models import ModulePage, ProgramPage

Document = dict[str, Any]
FORMAT = "ikbt-program/1"
# What freezing adds to the program file format; a file has none of it.
ADDED_TO_STEP = frozenset({"minutes"})
ADDED_TO_BLOCK = frozenset({"definition_hash", "media_type", "captions_type"})


class Stored(Protocol):
    """A picture or document of Wagtail's."""

    file: FieldFile


@dataclass(frozen=True)
class FreshModule:
    """One module, frozen: its document and copies of the exercise definitions it uses."""

    document: Document
    definitions: dict[str, Document]


@dataclass(frozen=True)
class FrozenProgram:
    """A whole program before it has a number. `program` is the program file; `media` the files to copy."""

    program: Document
    outline: Document
    modules: tuple[FreshModule, ...]
    content_hash: str
    media: Mapping[str, Stored] = field(default_factory=dict)


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


def freeze(page: ProgramPage) -> FrozenProgram:
    """Freeze the newest draft of a program and of all its modules, in the tree's order.

    What counts is what the authors saved last, whether or not Wagtail calls it published.
    HTML is sanitised here and nowhere later; links to our own pages become addresses; media are named by the
    hash of their content.
    """
    box = MediaBox()
    drafts = [newest(child) for child in page.get_children().specific()]
    documents = [module_document(draft, box) for draft in drafts]
    # Read anew: the caller's instance may be older than the draft that was saved last.
    standing = type(page)._default_manager.get(pk=page.pk)
    program = program_document(newest(standing), [draft.slug for draft in drafts])
    modules = tuple(FreshModule(document, definitions_of(document)) for document in documents)
    outline = outline_of(program, documents, box)
    whole = {"outline": outline, "modules": [[module.document, module.definitions] for module in modules]}
    return FrozenProgram(program, outline, modules, content_hash(whole), box.files)


def newest(page: Any) -> Any:
    """The page as last saved, draft or not; the page itself once its revisions have been purged."""
    return page.get_latest_revision_as_object()


def program_document(page: ProgramPage, stems: list[str]) -> Document:
    """The program file: all but the modules' content."""
    levels = {"primary": page.primary_care, "specialist": page.specialist_care}
    return {
        "format": FORMAT,
        "key": page.key,
        "language": page.language,
        "title": page.title,
        "summary": page.summary,
        "target": page.target,
        "for_whom": page.for_whom,
        "weeks": page.weeks,
        "level_of_care": [level for level, chosen in levels.items() if chosen],
        "therapist_minutes_per_week": [page.therapist_minutes_least, page.therapist_minutes_most],
        "licence": page.licence,
        "sources": [source_of(child.value) for child in page.sources],
        "persons": [{key: child.value[key] for key in ("name", "age", "about")} for child in page.persons],
        "measures": [measure_of(child.value) for child in page.measures],
        "modules": stems,
    }


def source_of(value: Mapping[str, Any]) -> Document:
    checked = value["checked"]
    return {
        "title": value["title"],
        "url": value["url"] or None,
        "checked": checked.isoformat() if checked else None,
    }


def measure_of(value: Mapping[str, Any]) -> Document:
    """A measure of the plan, less what is left to the defaults; reminders are typed as a list of days."""
    told = {name: said for name, said in value.items() if said not in {None, ""}}
    if "remind" in told:
        told["remind"] = [int(day) for day in told["remind"].split(",")]
    return told


def module_document(page: ModulePage, box: MediaBox) -> Document:
    """One module in the file format, with minutes and hashes added."""
    steps = [step_document(child.value, box) for child in page.steps]
    return {
        "key": page.key,
        "title": page.title,
        "goal": page.goal,
        "practice_minutes_per_week": page.practice_minutes_per_week,
        "unlock": {"release": page.release, "min_days": page.min_days, "requires": requirements(steps)},
        "steps": steps,
    }


def requirements(steps: list[Document]) -> list[Document]:
    """What must be handed in before the next module opens: each exercise that isn't optional."""
    return [
        {"step": step["key"], "count": block["required_count"]}
        for step in steps
        for block in exercises_in(step)
        if not block["optional"] and block["required_count"] >= 1
    ]


def exercises_in(step: Mapping[str, Any]) -> Iterator[Document]:
    """The exercise blocks of a step; one at most, as preflight sees to."""
    return (block for block in step["blocks"] if block["type"] == "exercise")


def step_document(value: Mapping[str, Any], box: MediaBox) -> Document:
    step = {
        "key": value["key"],
        "title": value["title"],
        "blocks": [BLOCKS[child.block_type](child.value, box) for child in value["blocks"]],
    }
    return {**step, "minutes": minutes_of(step, load_all())}


def html_of(rich: Any) -> str:
    """Sanitised HTML; links to our own pages are looked up now, so that reading a step asks nothing."""
    source = str(rich.source) if rich else ""
    return clean(expand_db_html(source) if "linktype" in source else source)


def text_block(value: Mapping[str, Any], box: MediaBox) -> Document:
    return {"type": "text", "html": html_of(value["html"])}


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


def media_block(value: Mapping[str, Any], box: MediaBox, *, kind: str) -> Document:
    """Picture, audio or video; parts that a kind lacks are empty."""
    sha256, media_type = box.put(value["image"] if kind == "image" else value["file"])
    captions, captions_type = box.put(value.get("captions"))
    return {
        "type": kind,
        "file": sha256,
        "alt": value.get("alt") or "",
        "caption": value.get("caption") or "",
        "transcript": value.get("transcript") or "",
        "captions": captions or None,
        "media_type": media_type,
        "captions_type": captions_type,
    }


BLOCKS: dict[str, Callable[[Mapping[str, Any], MediaBox], Document]] = {
    "text": text_block,
    "quote": quote_block,
    "quiz": quiz_block,
    "exercise": exercise_block,
    "image": partial(media_block, kind="image"),
    "audio": partial(media_block, kind="audio"),
    "video": partial(media_block, kind="video"),
}


def definitions_of(document: Mapping[str, Any]) -> dict[str, Document]:
    """Copies of the exercise definitions that a module uses; preflight tells of unknown ones."""
    used = {block["exercise"] for step in document["steps"] for block in exercises_in(step)}
    return {name: plain(load_all()[name].document) for name in sorted(used) if name in load_all()}


def plain(document: Mapping[str, object]) -> Document:
    """A copy that can be stored, with nothing shared with the definition in memory."""
    copied: Document = json.loads(json.dumps(dict(document)))
    return copied


def outline_of(program: Document, documents: list[Document], box: MediaBox) -> Document:
    """All that lists and rules need without the modules' text."""
    modules = [
        {
            **{key: document[key] for key in ("key", "title", "goal", "unlock", "practice_minutes_per_week")},
            "minutes": sum(step["minutes"] for step in document["steps"]),
            "steps": [step_outline(step) for step in document["steps"]],
        }
        for document in documents
    ]
    return {**program, "modules": modules, "media": dict(sorted(box.kinds.items()))}


def step_outline(step: Document) -> Document:
    exercise = next(exercises_in(step), None)
    return {
        "key": step["key"],
        "title": step["title"],
        "minutes": step["minutes"],
        "exercise": exercise["exercise"] if exercise else None,
        "required_count": exercise["required_count"] if exercise else 0,
        "optional": exercise["optional"] if exercise else False,
    }


def as_file(document: Mapping[str, Any]) -> Document:
    """A frozen module without what freezing added: what stands in its program file."""
    steps = [
        {
            **{key: value for key, value in step.items() if key not in ADDED_TO_STEP},
            "blocks": [
                {key: value for key, value in block.items() if key not in ADDED_TO_BLOCK}
                for block in step["blocks"]
            ],
        }
        for step in document["steps"]
    ]
    return {**document, "steps": steps}
