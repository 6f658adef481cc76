"""What may be wrong with one block of a step, in plain words; the checks of a whole program are in preflight. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.block_shapes import CALLOUTS, MOST_SECONDS
from programs.exercises.definitions import ExerciseDefinition, load_all
from programs.illustrations import ILLUSTRATIONS

Document = Mapping[str, Any]
Words = str | Promise


@dataclass(frozen=True)
class Problem:
    """One finding: where, what, and whether it stops publishing.

    `needs_sign_off`: it stops until the language reviewer has signed it by name.
    """

    place: str
    words: Words
    stops: bool = True
    needs_sign_off: bool = False
    # Where in the editor it is mended; empty for who does not write in the draft (programs/where_to_mend.py).
    way: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.words}"


def problems_of_block(block: Document, place: str) -> Iterator[Problem]:
    """The findings about one block; a kind without checks has none."""
    check = BLOCK_CHECKS.get(block["type"])
    if check is not None:
        yield from check(block, place)


def _text_problems(block: Document, place: str) -> Iterator[Problem]:
    if not block["html"].strip():
        yield Problem(place, _("A text block is empty."))
    if block["html"].find("<h3>") != -1 and block["html"].find("<h3>") < block["html"].find("<h2>"):
        yield Problem(place, _("A small heading stands before the large one it belongs under."), stops=False)


def _quiz_problems(block: Document, place: str) -> Iterator[Problem]:
    if not any(option["right"] for option in block["options"]):
        yield Problem(place, _("No answer of the quiz is marked as right."), stops=False)
    if any(not option["explanation"].strip() for option in block["options"]):
        yield Problem(place, _("Each answer of the quiz needs an explanation."))


def _exercise_problems(block: Document, place: str) -> Iterator[Problem]:
    known = load_all().get(block["exercise"])
    if known is None:
        yield Problem(place, _("There is no exercise called %(name)s.") % {"name": block["exercise"]})
    elif block["fields"] is not None:
        yield from _field_problems(set(block["fields"]), known, place)


def _field_problems(chosen: set[str], known: ExerciseDefinition, place: str) -> Iterator[Problem]:
    required = {field.name for field in known.fields if field.required}
    if unknown := sorted(chosen - {field.name for field in known.fields}):
        yield Problem(place, _("The exercise has no field called %(names)s.") % {"names": ", ".join(unknown)})
    if missing := sorted(required - chosen):
        yield Problem(place, _("The exercise can't do without %(names)s.") % {"names": ", ".join(missing)})


def _file_problems(block: Document, place: str) -> Iterator[Problem]:
    media_type = block["media_type"] or ""
    if not block["file"]:
        yield Problem(place, _("No picture or recording is chosen, or it is gone: choose one."))
    elif not media_type.startswith(f"{block['type']}/"):
        yield Problem(
            place,
            _("The file is of another kind than its block: use PNG, JPEG, WebP, MP3, OGG, MP4 or WebM."),
        )


def _picture_problems(block: Document, place: str) -> Iterator[Problem]:
    yield from _file_problems(block, place)
    if not block["alt"].strip():
        yield Problem(place, _("The picture lacks its alternative text."))


def _recording_problems(block: Document, place: str) -> Iterator[Problem]:
    yield from _file_problems(block, place)
    if not block["transcript"].strip():
        yield Problem(place, _("The recording lacks its transcript."))


def _film_problems(block: Document, place: str) -> Iterator[Problem]:
    yield from _recording_problems(block, place)
    if block["captions_type"] != "text/vtt":
        yield Problem(place, _("The film lacks captions in WebVTT."))
    if block.get("poster") and not (block["poster_type"] or "").startswith("image/"):
        yield Problem(
            place, _("The picture before the film plays can't be shown: it is no PNG, JPEG or WebP.")
        )


def _callout_problems(block: Document, place: str) -> Iterator[Problem]:
    if not block["html"].strip():
        yield Problem(place, _("A callout is empty."))
    if block["kind"] not in CALLOUTS:
        yield Problem(place, _("Say what kind of callout it is."))


def _homework_problems(block: Document, place: str) -> Iterator[Problem]:
    if not block["tasks"]:
        yield Problem(place, _("The homework has no task."))
    if any(not task["text"].strip() for task in block["tasks"]):
        yield Problem(place, _("A task of the homework says nothing."))


def _pacing_problems(block: Document, place: str) -> Iterator[Problem]:
    if not block["title"].strip():
        yield Problem(place, _("The guided exercise lacks its title."))
    if len(block["lines"]) < 2:
        yield Problem(place, _("The guided exercise needs two lines or more."))
    if any(not line["text"].strip() for line in block["lines"]):
        yield Problem(place, _("A line of the guided exercise is empty."))
    if any(not 1 <= line["seconds"] <= MOST_SECONDS for line in block["lines"]):
        said = _("A line of the guided exercise must last from 1 to %(most)d seconds.")
        yield Problem(place, said % {"most": MOST_SECONDS})


def _illustration_problems(block: Document, place: str) -> Iterator[Problem]:
    if block["name"] not in ILLUSTRATIONS:
        yield Problem(place, _("There is no illustration called %(name)s.") % {"name": block["name"] or "–"})
    if not block["alt"].strip():
        yield Problem(place, _("The picture lacks its alternative text."))


BLOCK_CHECKS: dict[str, Callable[[Document, str], Iterator[Problem]]] = {
    "callout": _callout_problems,
    "homework": _homework_problems,
    "pacing": _pacing_problems,
    "illustration": _illustration_problems,
    "text": _text_problems,
    "quiz": _quiz_problems,
    "exercise": _exercise_problems,
    "image": _picture_problems,
    "audio": _recording_problems,
    "video": _film_problems,
}
