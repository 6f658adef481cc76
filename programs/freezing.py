"""Turns a draft's page tree into a frozen document in the program file format; writes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from programs.block_documents import ADDED_TO_BLOCK, BLOCKS, MediaBox, Stored
from programs.exercises.definitions import content_hash, load_all
from programs.step_minutes import minutes_of
from programs.tailoring import drafts

if TYPE_CHECKING:
    from programs.models import ModulePage, ProgramPage

Document = dict[str, Any]
FORMAT = "ikbt-program/1"
# What freezing adds to the program file format; a file has none of it.
ADDED_TO_STEP = frozenset({"minutes"})


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
    subtypes = drafts.subtypes_from(page.subtypes)
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
        **about_catalogue(page),
        **({"subtypes": subtypes} if subtypes else {}),
        **drafts.choices_from(page.choices, "modules"),
    }


def about_catalogue(page: ProgramPage) -> Document:
    """What a program file may leave out: an older version without it keeps its hash."""
    evidence = {"level": page.evidence_level, "words": page.evidence_words}
    told = {
        "conditions": list(page.conditions),
        "evidence": evidence if page.evidence_level else {},
        "origin": dict(page.origin),
        "translates": dict(page.translates),
    }
    return {name: said for name, said in told.items() if said}


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
        "unlock": {
            "release": page.release,
            "min_days": page.min_days,
            "requires": requirements(steps),
            **drafts.unlock_from(page),
        },
        "steps": steps,
        **drafts.choices_from(page.choices, "steps"),
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
        **drafts.step_from(value),
    }
    return {**step, "minutes": minutes_of(step, load_all())}


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
            **_where_said(document, "choices"),
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
        **_where_said(step, "only_for", "show"),
    }


def _where_said(document: Document, *names: str) -> Document:
    return {name: document[name] for name in names if name in document}


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
