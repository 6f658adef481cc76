"""D6: what editors upload is checked by its content, gets a name of ours, and leaves by a door only."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from ikbt.common import clock
from programs.editor_access import sync_editor_access
from programs.site_tree import ensure_site, unit_collection
from programs.uploading import MOST_BYTES, own_name
from tests.cast import Cast
from tests.conftest import signed_in_client
from tests.hardening.clamd import EICAR, scanner

pytestmark = pytest.mark.django_db

SCRIPT = b"<script>window.__x = 1</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="window.__x = 1"></svg>'
MP3 = b"ID3\x04\x00" + b"\x00" * 64


def picture(kind: str = "PNG") -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (2, 2)).save(drawn, kind)
    return drawn.getvalue()


def bomb(side: int = 50_000) -> bytes:
    """A PNG of a few hundred bytes that says it is 50,000 pixels wide and high."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.fixture
def media_root(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path / "stored")
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def editor(cast: Cast, media_root: Path) -> Client:
    """Alfa's editor, with Alfa's shelf."""
    ensure_site([cast.alfa, cast.beta], by=None, at=clock.now())
    sync_editor_access(cast.editor)
    return signed_in_client(cast.editor)


def upload(client: Client, cast: Cast, name: str, content: bytes, *, to: str) -> Any:
    return client.post(
        reverse(to),
        {
            "title": "Fil",
            "file": SimpleUploadedFile(name, content),
            "collection": unit_collection(cast.alfa).pk,
        },
    )


PICTURES, RECORDINGS = "wagtailimages:add", "wagtaildocs:add"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", SVG),
        ("a.png", SVG),
        ("a.png", SCRIPT),
        ("a.html", picture()),
        ("a.png.html", picture()),
        ("a.jpg", picture("PNG")),
        ("a.gif", picture("GIF")),
        ("a.png", bomb()),
        ("a.png", b"GIF89a" + SCRIPT),
        ("a.png", b"\x89PNG\r\n\x1a\n" + SCRIPT),
        ("a.png", b""),
    ],
)
def test_d6_no_picture_but_a_picture(editor: Client, cast: Cast, name: str, content: bytes) -> None:
    response = upload(editor, cast, name, content, to=PICTURES)

    assert response.status_code == 200, "the form again, with its fault"
    assert not get_image_model().objects.exists()


def test_d6_a_picture_over_ten_megabytes_is_refused(editor: Client, cast: Cast) -> None:
    upload(editor, cast, "a.png", picture() + b"\x00" * (10 * 1024 * 1024), to=PICTURES)

    assert not get_image_model().objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", SCRIPT),
        ("a.pdf", b"%PDF-1.7"),
        ("a.mp3", SCRIPT),
        ("a.mp3", SVG),
        ("a.mp3.html", MP3),
        ("a.mp4", MP3),
        ("a.mp3", picture()),
        ("a.zip", b"PK\x03\x04"),
        ("a", MP3),
    ],
)
def test_d6_no_recording_but_a_recording(editor: Client, cast: Cast, name: str, content: bytes) -> None:
    response = upload(editor, cast, name, content, to=RECORDINGS)

    assert response.status_code == 200, "the form again, with its fault"
    assert not get_document_model().objects.exists()


def test_d6_a_recording_that_is_too_big_is_refused(
    editor: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("programs.uploading.MOST_BYTES", 16)

    response = upload(editor, cast, "a.mp3", MP3, to=RECORDINGS)

    assert MOST_BYTES > 16
    assert "Filen är för stor" in str(response.context["form"].errors)
    assert not get_document_model().objects.exists()


@pytest.mark.parametrize("name", ["../../../etc/ond.png", "..\\..\\ond.png", "ond.php.png", "å; X: 1.png"])
def test_d6_a_picture_gets_a_name_of_ours(editor: Client, cast: Cast, media_root: Path, name: str) -> None:
    assert upload(editor, cast, name, picture(), to=PICTURES).status_code == 302

    [kept] = get_image_model().objects.all()
    stored = Path(kept.file.path)
    assert stored.parent == media_root / "original_images"
    assert stored.suffix == ".png"
    assert "ond" not in stored.name
    assert "X" not in stored.name


def test_d6_a_name_keeps_its_last_ending_only() -> None:
    assert own_name("a.PHP.MP3").endswith(".mp3")
    assert "php" not in own_name("a.php.mp3")


def test_d6_a_polyglot_leaves_as_a_picture_that_cannot_run(editor: Client, cast: Cast) -> None:
    upload(editor, cast, "a.png", picture() + SCRIPT, to=PICTURES)
    [kept] = get_image_model().objects.all()

    response = editor.get(reverse("programs:draft_file", args=[kept.file.name]))

    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "script-src" not in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_d6_a_recording_is_kept_and_served_to_its_unit_alone(editor: Client, cast: Cast) -> None:
    assert upload(editor, cast, "a.mp3", MP3, to=RECORDINGS).status_code == 302
    [kept] = get_document_model().objects.all()
    address = reverse("programs:draft_file", args=[kept.file.name])

    assert editor.get(address)["Content-Type"] == "audio/mpeg"
    for other in (cast.anna, cast.tove, cast.olle):
        assert signed_in_client(other).get(address).status_code == 404
    assert Client().get(address).status_code == 403


def test_d6_no_address_serves_files_past_the_door() -> None:
    """Wagtail's own document and picture views are not routed outside its admin."""
    assert resolve("/media/documents/a.mp3").view_name == "programs:draft_file"
    for path in ("/documents/1/a.mp3", "/images/x/1/original/", "/static/../media/a.png"):
        try:
            found = resolve(path).view_name
        except Resolver404:
            continue
        assert found == "wagtail_serve", path


@pytest.mark.parametrize(("to", "name"), [(RECORDINGS, "a.mp3"), (PICTURES, "a.png")])
def test_d6_what_the_virus_scanner_finds_is_not_kept(
    editor: Client, cast: Cast, settings: LazySettings, tmp_path: Path, to: str, name: str
) -> None:
    settings.VIRUS_SCANNER = f"unix:{tmp_path}/scanner"
    with scanner(tmp_path / "scanner") as heard:
        response = upload(editor, cast, name, (picture() if name == "a.png" else MP3) + EICAR, to=to)

    assert len(heard) == 1
    assert "innehåller ett virus" in response.content.decode()
    assert not get_image_model().objects.exists()
    assert not get_document_model().objects.exists()
