"""Export, import, export gives the same bytes, and what comes in is a draft."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.core.management import CommandError, call_command

from ikbt.audit.models import Entry
from ikbt.common import clock
from programs.freezing import freeze
from programs.media import place_of
from programs.models import DraftEdit, ProgramPage, ProgramVersion, UnitPage
from programs.package.bringing_in import import_package
from programs.package.content import content_of_draft, content_of_version
from programs.package.writing import write_package
from programs.publishing import publish
from programs.shapes import Misshapen
from tests.cast import Cast
from tests.programs.conftest import Folder
from tests.programs.package.packing import KEY, Package, packed
from tests.programs.test_freezing import pixel

pytestmark = pytest.mark.django_db


@pytest.fixture
def pictured(folder: Folder, media_root: Path) -> Folder:
    """The small program with a picture."""
    (folder.path / "media").mkdir()
    (folder.path / "media" / "pixel.png").write_bytes(pixel())
    parts = {"alt": "En prick", "caption": "", "transcript": "", "captions": None}
    folder.first["steps"][0]["blocks"].append({"type": "image", "file": "media/pixel.png", **parts})
    return folder


@pytest.fixture
def filmed(folder: Folder, media_root: Path) -> Folder:
    """The small program with two films, one of them with a picture before it plays."""
    (folder.path / "media").mkdir()
    for name, content in {
        "film.mp4": b"\x00\x00\x00\x20ftypisom" + bytes(500),
        "text.vtt": b"WEBVTT\n\n00:00.000 --> 00:02.000\nHej.\n",
        "forst.png": pixel(),
    }.items():
        (folder.path / "media" / name).write_bytes(content)
    parts = {"alt": "", "caption": "Film", "transcript": "Hej.", "captions": "media/text.vtt"}
    film = {"type": "video", "file": "media/film.mp4", **parts}
    folder.first["steps"][0]["blocks"] += [film, {**film, "poster": "media/forst.png"}]
    return folder


@pytest.fixture
def beta_page(alfa_page: UnitPage, cast: Cast) -> UnitPage:
    page: UnitPage = UnitPage.objects.get(unit=cast.beta)
    return page


def of_version(version: ProgramVersion) -> bytes:
    target = BytesIO()
    write_package(target, content_of_version(version), key=KEY)
    return target.getvalue()


def of_draft(page: ProgramPage) -> bytes:
    target = BytesIO()
    write_package(target, content_of_draft(freeze(page)), key=KEY)
    return target.getvalue()


def brought_in(data: bytes, page: UnitPage, cast: Cast) -> ProgramPage:
    return import_package(BytesIO(data), unit_page=page, by=cast.editor, at=clock.now(), accept_unsigned=True)


def test_export_import_export_is_byte_identical(
    pictured: Folder, imported: Callable[[], ProgramPage], beta_page: UnitPage, cast: Cast
) -> None:
    first = of_version(publish(imported(), by=None, at=clock.now()))

    draft = brought_in(first, beta_page, cast)

    assert of_draft(draft) == first
    assert of_version(publish(draft, by=None, at=clock.now())) == first
    assert packed(pictured) == first


def test_a_films_picture_is_frozen_and_packed_and_survives_export_import_export(
    filmed: Folder, imported: Callable[[], ProgramPage], beta_page: UnitPage, cast: Cast
) -> None:
    version = publish(imported(), by=None, at=clock.now())
    plain, posted = version.modules.get(position=1).document["steps"][0]["blocks"][-2:]
    first = of_version(version)

    draft = brought_in(first, beta_page, cast)

    assert "poster" not in plain
    assert version.outline["media"][posted["poster"]] == posted["poster_type"] == "image/png"
    assert place_of(posted["poster"]).read_bytes() == pixel()
    assert f"program/media/{posted['poster']}.png" in Package.of(first).files
    assert of_draft(draft) == first
    assert of_version(publish(draft, by=None, at=clock.now())) == first
    assert packed(filmed) == first


def test_a_films_picture_that_is_none_is_refused_with_its_place(filmed: Folder) -> None:
    filmed.first["steps"][0]["blocks"][-1]["poster"] = "media/text.vtt"

    with pytest.raises(Misshapen, match="whose content isn't image"):
        packed(filmed)


@pytest.mark.parametrize("name", ["depression", "insomnia", "ocd"])
def test_the_shipped_programs_survive_it(name: str, alfa_page: UnitPage, tmp_path: Path) -> None:
    call_command("import_program", settings.DATA_DIR_PROGRAMS / name, "--unit=alfa", stdout=StringIO())
    page = ProgramPage.objects.child_of(alfa_page).get()
    first = of_draft(page)

    draft = import_package(BytesIO(first), unit_page=alfa_page, by=None, at=clock.now(), accept_unsigned=True)

    assert draft.pk == page.pk
    assert of_draft(draft) == first


def test_the_same_package_twice_changes_nothing(pictured: Folder, beta_page: UnitPage, cast: Cast) -> None:
    first = brought_in(packed(pictured), beta_page, cast)
    before = first.latest_revision_id

    again = brought_in(packed(pictured), beta_page, cast)

    assert (again.pk, again.latest_revision_id) == (first.pk, before)


def test_what_comes_in_is_a_draft_by_the_one_who_brought_it(
    folder: Folder, beta_page: UnitPage, cast: Cast
) -> None:
    page = brought_in(packed(folder, key=""), beta_page, cast)

    assert not ProgramVersion.objects.exclude(pk=cast.version.pk).exists()
    assert not page.live
    assert DraftEdit.objects.filter(kind="page", object_id=page.pk, person=cast.editor).exists()
    entry = Entry.objects.get(object_kind="program package")
    assert (entry.actor, entry.reason) == (cast.editor.pk, "unsigned, accepted")


def test_it_holds_questionnaires_as_fhir_and_licences(folder: Folder) -> None:
    package = Package.of(packed(folder))

    assert package.document("questionnaires/phq-9.json")["resourceType"] == "Questionnaire"
    assert package.document("licences.json")["program"] == "CC BY 4.0"
    assert "Spitzer" in package.document("licences.json")["questionnaires"]["gad-7"]


def test_the_command_exports_imports_and_works_in_folders(
    folder: Folder, alfa_page: UnitPage, cast: Cast, tmp_path: Path, settings: LazySettings
) -> None:
    settings.PROGRAM_SIGNING_KEY, settings.PROGRAM_TRUSTED_KEYS = KEY, {}
    file, plain = tmp_path / "mod.zip", tmp_path / "git"
    call_command("import_program", folder.written(), "--unit=alfa", stdout=StringIO())

    call_command("program", "export", "mod", "--unit=alfa", "--draft", f"--to={file}", stdout=StringIO())
    call_command("program", "import", file, "--unit=beta", stdout=StringIO())
    call_command(
        "program", "export", "mod", "--unit=beta", "--draft", "--folder", f"--to={plain}", stdout=StringIO()
    )

    assert json.loads((plain / "program.json").read_text())["title"] == folder.program["title"]
    with pytest.raises(CommandError, match="isn't signed"):
        call_command("program", "import", plain, "--unit=beta", stdout=StringIO())
    call_command("program", "import", plain, "--unit=beta", "--accept-unsigned", stdout=StringIO())
    assert ProgramPage.objects.filter(key="mod").count() == 2


def test_the_command_packs_an_author_s_folder_signed_and_tells_the_log(
    pictured: Folder, cast: Cast, tmp_path: Path, settings: LazySettings
) -> None:
    settings.PROGRAM_SIGNING_KEY = KEY
    file, out = tmp_path / "mod.zip", StringIO()

    call_command("program", "pack", pictured.written(), f"--to={file}", stdout=out)

    assert file.read_bytes() == packed(pictured)
    assert out.getvalue() == f"mod from a folder is in {file}.\n"
    assert Entry.objects.get(object_kind="program package").action == Entry.Action.EXPORT
    settings.PROGRAM_SIGNING_KEY = ""
    call_command("program", "pack", pictured.path, f"--to={file}", stdout=out)
    assert out.getvalue().endswith("It isn't signed.\n")


def test_a_folder_that_lacks_a_file_is_not_packed(folder: Folder, tmp_path: Path) -> None:
    (folder.written() / "program.json").unlink()
    file = tmp_path / "mod.zip"

    with pytest.raises(CommandError, match="is missing"):
        call_command("program", "pack", folder.path, f"--to={file}", stdout=StringIO())

    assert not file.exists()


@pytest.mark.parametrize(
    ("name", "options"),
    [("missing/mod.zip", []), ("folder", []), ("file", ["--folder"])],
    ids=["no such folder", "a folder", "a file"],
)
def test_an_export_that_cannot_be_written_says_so_and_leaves_nothing(
    folder: Folder, alfa_page: UnitPage, tmp_path: Path, name: str, options: list[str]
) -> None:
    call_command("import_program", folder.written(), "--unit=alfa", stdout=StringIO())
    place = tmp_path / "place"
    (place / "folder").mkdir(parents=True)
    (place / "file").touch()

    with pytest.raises(CommandError, match=f"{name} can't be written"):
        call_command("program", "export", "mod", "--unit=alfa", "--draft", f"--to={place / name}", *options)

    assert sorted(one.name for one in place.rglob("*")) == ["file", "folder"]
    assert not Entry.objects.filter(action=Entry.Action.EXPORT).exists()


def test_check_says_which_of_several_cannot_be_read(folder: Folder, tmp_path: Path) -> None:
    good, bad = tmp_path / "mod.zip", tmp_path / "scores.csv"
    good.write_bytes(packed(folder))
    bad.write_text("person,score")

    with pytest.raises(CommandError, match=r"scores\.csv: The package can't be read as a zip"):
        call_command("program", "check", good, bad, stdout=StringIO())


def test_check_reports_words_minutes_reading_level_findings_and_licences(
    folder: Folder, tmp_path: Path
) -> None:
    file, out = tmp_path / "mod.zip", StringIO()
    folder.first["steps"][0]["blocks"].append({"type": "text", "html": ""})
    file.write_bytes(packed(folder))

    with pytest.raises(CommandError, match="stops publishing"):
        call_command("program", "check", file, "--json", stdout=out)

    [report] = json.loads(out.getvalue())
    assert [module["title"] for module in report["modules"]] == ["Börja", "Fortsätt"]
    assert all(module["minutes"] >= 1 for module in report["modules"])
    assert report["whole"]["words"] == sum(module["words"] for module in report["modules"])
    assert report["problems"][0]["stops"] is True
    assert report["licences"]["program"] == "CC BY 4.0"
