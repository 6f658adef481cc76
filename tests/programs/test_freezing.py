"""Freezing sanitises, resolves, counts and copies; keys stay as their author wrote them."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from wagtail.images import get_image_model

from programs.exercises.definitions import definition_from, load_all
from programs.freezing import freeze
from programs.models import ModulePage, ProgramPage, StartPage
from programs.package.content import content_of_draft
from programs.sanitising import TAGS
from tests.programs.conftest import Document, Folder

pytestmark = pytest.mark.django_db


def pixel() -> bytes:
    """A PNG of one pixel."""
    drawn = BytesIO()
    Image.new("RGB", (1, 1)).save(drawn, "PNG")
    return drawn.getvalue()


def first_module(draft: ProgramPage) -> ModulePage:
    module: ModulePage = ModulePage.objects.child_of(draft).order_by("path")[0]
    return module


def rewrite(module: ModulePage, change: Callable[[list[Document]], None]) -> None:
    """Change the raw stream as an author's editor or a hostile client would send it."""
    newer = module.get_latest_revision_as_object()
    raw = [dict(part) for part in newer.steps.raw_data]
    change(raw)
    newer.steps = json.dumps(raw)
    newer.save_revision()


def html_of_first_block(draft: ProgramPage) -> str:
    html: str = freeze(draft).modules[0].document["steps"][0]["blocks"][0]["html"]
    return html


def set_first_html(html: str) -> Callable[[list[Document]], None]:
    def change(raw: list[Document]) -> None:
        raw[0]["value"]["blocks"][0]["value"]["html"] = html

    return change


def test_a_script_that_reached_the_draft_does_not_reach_the_version(draft: ProgramPage) -> None:
    rewrite(first_module(draft), set_first_html('<p onclick="x()">Hej<script>alert(1)</script></p>'))

    assert html_of_first_block(draft) == "<p>Hej</p>"


def test_an_unknown_block_is_dropped(draft: ProgramPage) -> None:
    def add_unknown(raw: list[Document]) -> None:
        raw[0]["value"]["blocks"].append({"type": "iframe", "value": "<script>x</script>", "id": "1"})

    rewrite(first_module(draft), add_unknown)

    kinds = [block["type"] for block in freeze(draft).modules[0].document["steps"][0]["blocks"]]
    assert kinds == ["text", "quote", "quiz"]


def test_bold_and_italic_of_the_editor_become_the_formats_words(draft: ProgramPage) -> None:
    rewrite(first_module(draft), set_first_html('<p data-block-key="x"><b>a</b> <i>b</i></p>'))

    assert html_of_first_block(draft) == "<p><strong>a</strong> <em>b</em></p>"


def test_a_link_to_our_own_page_is_resolved_when_frozen(draft: ProgramPage) -> None:
    start = StartPage.objects.get()
    rewrite(first_module(draft), set_first_html(f'<p><a linktype="page" id="{start.pk}">Start</a></p>'))

    assert html_of_first_block(draft) == '<p><a href="/">Start</a></p>'


def test_the_newest_draft_is_frozen_without_wagtails_publish(draft: ProgramPage) -> None:
    newer = first_module(draft).get_latest_revision_as_object()
    newer.title = "Nytt namn"
    newer.save_revision()

    assert freeze(draft).modules[0].document["title"] == "Nytt namn"
    assert not first_module(draft).live


def test_keys_stand_as_they_were_written(draft: ProgramPage, folder: Folder) -> None:
    keys = [step["key"] for module in freeze(draft).modules for step in module.document["steps"]]

    assert keys == ["m01-s01", "m01-s02", "m02-s01"]


def test_a_module_carries_copies_of_the_definitions_it_uses(draft: ProgramPage) -> None:
    module = freeze(draft).modules[0]
    [block] = module.document["steps"][1]["blocks"]

    copy = definition_from(module.definitions["activity_diary"])

    assert list(module.definitions) == ["activity_diary"]
    assert copy.content_hash == block["definition_hash"] == load_all()["activity_diary"].content_hash


def test_minutes_are_reading_and_filling(draft: ProgramPage) -> None:
    outline = freeze(draft).outline["modules"][0]

    assert outline["steps"][0]["minutes"] == 1
    assert outline["steps"][1]["minutes"] >= 2
    assert outline["minutes"] == sum(step["minutes"] for step in outline["steps"])


def test_the_same_draft_has_the_same_hash_and_another_text_another(draft: ProgramPage) -> None:
    before = freeze(draft).content_hash

    assert freeze(draft).content_hash == before
    rewrite(first_module(draft), set_first_html("<p>Något annat.</p>"))
    assert freeze(draft).content_hash != before


def test_a_picture_is_named_by_its_content(
    imported: Callable[[], ProgramPage], folder: Folder, media_root: Path
) -> None:
    (folder.path / "media").mkdir()
    (folder.path / "media" / "pixel.png").write_bytes(pixel())
    parts = {"alt": "En prick", "caption": "", "transcript": "", "captions": None}
    folder.first["steps"][0]["blocks"].append({"type": "image", "file": "media/pixel.png", **parts})

    frozen = freeze(imported())

    [sha256] = frozen.media
    block = frozen.modules[0].document["steps"][0]["blocks"][-1]
    assert (block["file"], block["media_type"], block["alt"]) == (sha256, "image/png", "En prick")
    assert frozen.outline["media"] == {sha256: "image/png"}


def test_a_recording_is_frozen_with_its_size(
    imported: Callable[[], ProgramPage], folder: Folder, media_root: Path
) -> None:
    sound = b"ID3" + bytes(2000)
    (folder.path / "media").mkdir()
    (folder.path / "media" / "lugn.mp3").write_bytes(sound)
    parts = {"alt": "", "caption": "Lugn", "transcript": "Andas.", "captions": None}
    folder.first["steps"][0]["blocks"].append({"type": "audio", "file": "media/lugn.mp3", **parts})

    page = imported()
    block = freeze(page).modules[0].document["steps"][0]["blocks"][-1]

    assert (block["media_type"], block["bytes"]) == ("audio/mpeg", len(sound))
    # A file of ours has none of it: what is taken out and brought in again is the same.
    assert "bytes" not in str(content_of_draft(freeze(page)).modules)


def test_the_same_picture_twice_is_stored_once(
    imported: Callable[[], ProgramPage], folder: Folder, media_root: Path
) -> None:
    (folder.path / "media").mkdir()
    (folder.path / "media" / "pixel.png").write_bytes(pixel())
    parts = {"alt": "En prick", "caption": "", "transcript": "", "captions": None}
    folder.first["steps"][0]["blocks"].append({"type": "image", "file": "media/pixel.png", **parts})

    imported()
    imported()

    assert get_image_model().objects.count() == 1


def test_the_tags_of_the_format_are_those_that_are_kept() -> None:
    assert {"p", "h2", "h3", "ul", "ol", "li", "strong", "em", "a"} == TAGS
