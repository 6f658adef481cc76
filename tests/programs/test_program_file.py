"""Hostile and mistaken program files are refused with their place, and nothing is stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from wagtail.models import Page

from ikbt.common import clock
from programs.importing import import_program
from programs.models import UnitPage
from programs.program_file import read_program
from programs.shapes import Misshapen
from tests.programs.conftest import Folder

Spoil = Callable[[Folder], object]


def first_block(folder: Folder) -> dict[str, object]:
    block: dict[str, object] = folder.first["steps"][0]["blocks"][0]
    return block


def many_steps(folder: Folder) -> None:
    folder.first["steps"] = [{**deepcopy(folder.first["steps"][0]), "key": f"s{n}"} for n in range(10_000)]


SPOILT: list[tuple[str, Spoil, str]] = [
    (
        "unknown block",
        lambda f: first_block(f).update(type="iframe"),
        "steps, number 1, blocks, number 1.*'iframe'",
    ),
    (
        "script",
        lambda f: first_block(f).update(html="<p>x</p><script>alert(1)</script>"),
        "html holds <script>",
    ),
    ("handler", lambda f: first_block(f).update(html='<p onclick="x()">x</p>'), "the attribute onclick"),
    (
        "script link",
        lambda f: first_block(f).update(html='<p><a href="javascript:x">x</a></p>'),
        "a link to javascript",
    ),
    (
        "hidden script link",
        lambda f: first_block(f).update(html='<p><a href="java&#10;script:x">x</a></p>'),
        "html",
    ),
    (
        "data link",
        lambda f: first_block(f).update(html='<p><a href="data:text/html,x">x</a></p>'),
        "a link to data",
    ),
    ("unclosed", lambda f: first_block(f).update(html="<p>x<em>y</p>"), "isn't well-formed HTML"),
    ("extra key", lambda f: first_block(f).update(onload="x"), "unknown key 'onload'"),
    ("missing key", lambda f: first_block(f).pop("html"), "lacks html"),
    ("10,000 steps", many_steps, r"01-borja.json(, steps must be a list| is larger than)"),
    ("no step", lambda f: f.first.update(steps=[]), "01-borja.json, steps must be a list"),
    ("bad key", lambda f: f.first.update(key="../m01"), "01-borja.json, key can't be"),
    ("surrogate", lambda f: f.first.update(title="\ud800"), "title holds a character that can't be stored"),
    ("nul", lambda f: f.first.update(title="a\x00"), "title holds a character that can't be stored"),
    ("number as text", lambda f: f.program.update(weeks="8"), "program.json, weeks must be a whole number"),
    ("truth as number", lambda f: f.program.update(weeks=True), "program.json, weeks must be a whole number"),
    ("endless weeks", lambda f: f.program.update(weeks=10**30), "weeks must be a whole number"),
    ("other format", lambda f: f.program.update(format="ikbt-program/2"), "format must be one of"),
    ("path out", lambda f: f.program.update(modules=["../../etc/passwd"]), "modules, number 1 can't be"),
    ("file twice", lambda f: f.program.update(modules=["01-borja", "01-borja"]), "names a file twice"),
    ("no file", lambda f: f.program.update(modules=["03-borta"]), "03-borta.json is missing"),
    (
        "unknown exercise",
        lambda f: f.second["steps"][0]["blocks"][0].update(exercise="hypnosis"),
        "'hypnosis'",
    ),
    ("other demands", lambda f: f.first["unlock"].update(requires=[]), "01-borja.json, unlock, requires"),
    ("not a date", lambda f: f.program["sources"][0].update(checked="2026-13-40"), "checked isn't a date"),
    (
        "unknown condition",
        lambda f: f.program.update(conditions=["flu"]),
        "conditions, number 1 must be one of",
    ),
    ("no evidence level", lambda f: f.program.update(evidence={"words": "x"}), "evidence lacks level"),
    (
        "step that can't be",
        lambda f: f.program.update(translates={"program": "mod", "steps": {"../x": "a" * 64}}),
        "translates, steps can't be",
    ),
    (
        "no hash",
        lambda f: f.program.update(translates={"program": "mod", "steps": {"m01-s01": "a"}}),
        "translates, steps, m01-s01 can't be",
    ),
    ("script source", lambda f: f.program["sources"][0].update(url="javascript:x"), "url can't be"),
]


@pytest.mark.parametrize(
    ("spoil", "sentence"), [(spoil, said) for _, spoil, said in SPOILT], ids=[n for n, *_ in SPOILT]
)
def test_it_is_refused_with_its_place(folder: Folder, spoil: Spoil, sentence: str) -> None:
    spoil(folder)

    with pytest.raises(Misshapen, match=sentence):
        read_program(written_raw(folder))


def written_raw(folder: Folder) -> Path:
    """As `written`, with lone surrogates as JSON escapes."""
    files = {"program": folder.program, "01-borja": folder.first, "02-fortsatt": folder.second}
    for stem, document in files.items():
        (folder.path / f"{stem}.json").write_text(json.dumps(document), encoding="utf-8")
    return folder.path


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "program.json can't be read as JSON"),
        ("[" * 100_000, "program.json can't be read as JSON"),
        ('{"key": "a", "key": "b"}', "a key stands twice"),
        ("[]", "program.json must be an object"),
        ('"\\ud800"', "program.json must be an object"),
    ],
)
def test_broken_json_is_refused(folder: Folder, content: str, sentence: str) -> None:
    (folder.written() / "program.json").write_text(content, encoding="utf-8")

    with pytest.raises(Misshapen, match=sentence):
        read_program(folder.path)


def test_a_file_that_is_no_text_is_refused(folder: Folder) -> None:
    (folder.written() / "program.json").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(Misshapen, match="can't be read as JSON"):
        read_program(folder.path)


def test_a_link_out_of_the_folder_is_refused(folder: Folder, tmp_path: Path) -> None:
    outside = tmp_path / "secret.json"
    outside.write_text(json.dumps(folder.first), encoding="utf-8")
    (folder.written() / "01-borja.json").unlink()
    (folder.path / "01-borja.json").symlink_to(outside)

    with pytest.raises(Misshapen, match="leads out of the folder"):
        read_program(folder.path)


@pytest.mark.django_db
def test_nothing_is_stored_when_the_last_module_is_wrong(alfa_page: UnitPage, folder: Folder) -> None:
    folder.second["steps"][0]["blocks"].append({"type": "iframe"})
    before = Page.objects.count()

    with pytest.raises(Misshapen):
        import_program(folder.written(), unit_page=alfa_page, by=None, at=clock.now())

    assert Page.objects.count() == before


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("media/x.png", b"<svg onload='x'/>", "whose content isn't image"),
        ("media/borta.png", None, "which is missing"),
        ("media/x.png", b"ID3\x04", "whose content isn't image"),
        ("media/../../x.png", b"", "file can't be"),
    ],
)
def test_a_picture_that_is_none_is_refused(
    folder: Folder, name: str, content: bytes | None, sentence: str
) -> None:
    (folder.path / "media").mkdir()
    if content is not None:
        (folder.path / name).write_bytes(content)
    parts = {"alt": "x", "caption": "", "transcript": "", "captions": None}
    folder.first["steps"][0]["blocks"].append({"type": "image", "file": name, **parts})

    with pytest.raises(Misshapen, match=sentence):
        read_program(folder.written())


@pytest.mark.django_db
def test_a_broken_picture_is_refused_and_nothing_is_stored(
    alfa_page: UnitPage, folder: Folder, media_root: Path
) -> None:
    (folder.path / "media").mkdir()
    (folder.path / "media" / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"broken")
    parts = {"alt": "x", "caption": "", "transcript": "", "captions": None}
    folder.first["steps"][0]["blocks"].append({"type": "image", "file": "media/x.png", **parts})
    before = Page.objects.count()

    with pytest.raises(Misshapen, match="can't be read as a picture"):
        import_program(folder.written(), unit_page=alfa_page, by=None, at=clock.now())

    assert Page.objects.count() == before
