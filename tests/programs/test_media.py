"""Media of versions leave through a door, as what they are, and can't run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from ikbt.common import clock
from programs.media import kind_of, place_of
from programs.models import ProgramPage, ProgramVersion
from programs.publishing import publish
from tests.cast import Cast
from tests.conftest import SignIn
from tests.programs.conftest import Folder
from tests.programs.test_freezing import pixel

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(imported: Callable[[], ProgramPage], folder: Folder, media_root: Path) -> ProgramVersion:
    """A version with one picture."""
    (folder.path / "media").mkdir()
    (folder.path / "media" / "pixel.png").write_bytes(pixel())
    parts = {"alt": "En prick", "caption": "", "transcript": "", "captions": None}
    folder.first["steps"][0]["blocks"].append({"type": "image", "file": "media/pixel.png", **parts})
    return publish(imported(), by=None, at=clock.now())


def address(version: ProgramVersion) -> str:
    [sha256] = version.outline["media"]
    return reverse("programs:media", args=[version.pk, sha256])


def test_a_patient_gets_the_frozen_copy(version: ProgramVersion, cast: Cast, signed_in: SignIn) -> None:
    response = signed_in(cast.anna).get(address(version))

    assert response.status_code == 200
    assert b"".join(response.streaming_content) == pixel()  # type: ignore[attr-defined]
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"].startswith("inline")
    assert "sandbox" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_a_part_is_served_as_a_part(version: ProgramVersion, cast: Cast, signed_in: SignIn) -> None:
    """Safari plays nothing else."""
    anna, size = signed_in(cast.anna), len(pixel())

    first = anna.get(address(version), headers={"Range": "bytes=0-1"})
    rest = anna.get(address(version), headers={"Range": "bytes=2-"})
    beyond = anna.get(address(version), headers={"Range": f"bytes={size}-"})

    assert (first.status_code, rest.status_code, beyond.status_code) == (206, 206, 416)
    parts = [b"".join(one.streaming_content) for one in (first, rest)]  # type: ignore[attr-defined]
    assert parts == [pixel()[:2], pixel()[2:]]
    assert (first["Content-Range"], first["Content-Length"]) == (f"bytes 0-1/{size}", "2")
    assert beyond["Content-Range"] == f"bytes */{size}"
    assert first["Content-Type"] == "image/png"
    assert "sandbox" in first["Content-Security-Policy"]
    assert anna.get(address(version))["Accept-Ranges"] == "bytes"


def test_the_copy_outlives_wagtails_file(
    version: ProgramVersion, cast: Cast, signed_in: SignIn, media_root: Path
) -> None:
    for original in (media_root / "original_images").iterdir():
        original.unlink()

    assert signed_in(cast.anna).get(address(version)).status_code == 200


def test_somebody_not_signed_in_gets_nothing(version: ProgramVersion, client: Client) -> None:
    assert client.get(address(version)).status_code == 403
    assert client.get(address(version), headers={"accept": "text/html"}).status_code == 302


def test_a_session_without_second_factor_gets_nothing(
    version: ProgramVersion, cast: Cast, client: Client
) -> None:
    client.force_login(cast.anna)

    assert client.get(address(version)).status_code == 403


def test_what_is_not_the_versions_is_a_404(version: ProgramVersion, cast: Cast, signed_in: SignIn) -> None:
    [sha256] = version.outline["media"]
    client = signed_in(cast.anna)

    assert client.get(reverse("programs:media", args=[cast.version.pk, sha256])).status_code == 404
    assert client.get(reverse("programs:media", args=[version.pk, "0" * 64])).status_code == 404
    assert client.get(f"/program/media/{version.pk}/../../settings/").status_code == 404


def test_a_draft_file_is_for_the_units_editors(
    version: ProgramVersion, cast: Cast, signed_in: SignIn, media_root: Path
) -> None:
    [original] = (media_root / "original_images").iterdir()
    place = reverse("programs:draft_file", args=[f"original_images/{original.name}"])

    assert signed_in(cast.editor).get(place).status_code == 200
    assert signed_in(cast.anna).get(place).status_code == 404
    assert signed_in(cast.olle).get(place).status_code == 404


def test_only_a_hash_has_a_place() -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        place_of("../../etc/passwd")


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x89PNG\r\n\x1a\nxx", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"ID3\x04", "audio/mpeg"),
        (b"OggS\x00", "audio/ogg"),
        (b"\x00\x00\x00\x20ftypM4A ", "audio/mp4"),
        (b"\x00\x00\x00\x20ftypisom", "video/mp4"),
        (b"\x1aE\xdf\xa3", "video/webm"),
        (b"WEBVTT\n", "text/vtt"),
        (b"<svg xmlns=", None),
        (b"<!doctype html>", None),
        (b"%PDF-1.7", None),
        (b"", None),
    ],
)
def test_a_kind_is_told_by_the_first_bytes(head: bytes, kind: str | None) -> None:
    assert kind_of(head) == kind
