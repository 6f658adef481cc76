"""An import that fails leaves no files behind, and a recording is read a piece at a time."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from ikbt.accounts.models import CareUnit
from ikbt.common import clock
from programs import importing
from programs.importing import import_program
from programs.importing_media import MediaShelf
from programs.models import ProgramPage, UnitPage
from programs.shapes import Misshapen
from tests.cast import Cast
from tests.programs.conftest import Folder
from tests.programs.test_freezing import pixel

pytestmark = pytest.mark.django_db


def with_picture(folder: Folder, content: bytes) -> Path:
    (folder.path / "media").mkdir(exist_ok=True)
    (folder.path / "media" / "pixel.png").write_bytes(content)
    parts = {"alt": "En prick", "caption": "", "transcript": "", "captions": None}
    folder.first["steps"][0]["blocks"].append({"type": "image", "file": "media/pixel.png", **parts})
    return folder.written()


def files_in(root: Path) -> list[Path]:
    return [one for one in root.rglob("*") if one.is_file()]


def test_an_import_that_fails_after_its_pictures_were_stored_leaves_neither_files_nor_rows(
    folder: Folder, alfa_page: UnitPage, media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []

    def fails(*_given: object, **_named: object) -> None:
        written.extend(files_in(media_root))
        raise RuntimeError("The log can't be written.")

    monkeypatch.setattr(importing, "record", fails)

    with pytest.raises(RuntimeError):
        import_program(with_picture(folder, pixel()), unit_page=alfa_page, by=None, at=clock.now())

    assert written
    assert files_in(media_root) == []
    assert not get_image_model().objects.exists()
    assert not ProgramPage.objects.child_of(alfa_page).exists()


def test_what_only_begins_like_a_picture_leaves_no_file(
    folder: Folder, alfa_page: UnitPage, media_root: Path
) -> None:
    with pytest.raises(Misshapen):
        import_program(with_picture(folder, pixel()[:24]), unit_page=alfa_page, by=None, at=clock.now())

    assert files_in(media_root) == []


def test_an_import_that_succeeds_keeps_its_files(
    folder: Folder, alfa_page: UnitPage, media_root: Path
) -> None:
    import_program(with_picture(folder, pixel()), unit_page=alfa_page, by=None, at=clock.now())

    [kept] = files_in(media_root)
    assert kept.read_bytes() == pixel()


def test_a_recording_is_known_by_its_content_without_being_read_whole(
    cast: Cast, alfa_page: UnitPage, media_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit: CareUnit = cast.alfa
    content = b"ID3" + bytes(range(256)) * 4096
    (tmp_path / "long.mp3").write_bytes(content)

    def whole(_path: Path) -> bytes:
        raise AssertionError("The recording was read whole.")

    monkeypatch.setattr(Path, "read_bytes", whole)
    shelf = MediaShelf(tmp_path, unit)
    first = shelf.recording("long.mp3")

    assert shelf.recording("long.mp3") == first
    stored = get_document_model().objects.get(pk=first)
    assert stored.file_hash == hashlib.sha1(content, usedforsecurity=False).hexdigest()
    assert stored.file_size == len(content)
