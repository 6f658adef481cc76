"""Program files become drafts, twice the same changes nothing, and drafts freeze to the very same files."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page, Revision

from ikbt.common import clock
from programs.freezing import as_file, freeze
from programs.importing import import_program
from programs.models import ModulePage, ProgramPage, ProgramVersion, UnitPage
from programs.program_file import read_program
from programs.shapes import Misshapen
from tests.cast import Cast
from tests.programs.conftest import Folder

DEPRESSION = Path(__file__).parents[2] / "programs" / "library" / "depression"
pytestmark = pytest.mark.django_db


def test_files_to_pages_to_frozen_gives_the_files_again(draft: ProgramPage, folder: Folder) -> None:
    frozen = freeze(draft)

    assert frozen.program == folder.program
    assert [as_file(module.document) for module in frozen.modules] == [folder.first, folder.second]


def test_what_a_file_may_leave_out_survives_the_round_trip_too(folder: Folder, alfa_page: UnitPage) -> None:
    folder.program |= {
        "conditions": ["depression", "insomnia"],
        "evidence": {"level": "method", "words": "Prövat i fyra studier."},
        "origin": {
            "unit": "beta",
            "program": "mod",
            "version": "2.1",
            "hash": "a" * 64,
            "steps": {"m01-s01": "b" * 64},
        },
        "translates": {"program": "courage", "steps": {"m01-s01": "c" * 64}},
    }

    draft = import_program(folder.written(), unit_page=alfa_page, by=None, at=clock.now())

    assert freeze(draft).program == folder.program


def test_the_depression_program_survives_the_round_trip(alfa_page: UnitPage) -> None:
    files = read_program(DEPRESSION)

    frozen = freeze(import_program(DEPRESSION, unit_page=alfa_page, by=None, at=clock.now()))

    assert frozen.program == files.program
    assert [as_file(module.document) for module in frozen.modules] == list(files.modules.values())


def test_the_same_files_twice_make_no_new_page_and_no_new_revision(
    imported: Callable[[], ProgramPage],
) -> None:
    imported()
    before = (Page.objects.count(), Revision.objects.count())

    imported()

    assert (Page.objects.count(), Revision.objects.count()) == before


def test_a_changed_module_is_renewed_in_its_place(
    imported: Callable[[], ProgramPage], folder: Folder
) -> None:
    imported()
    folder.first["title"] = "Börja om"

    draft = imported()

    assert [one.title for one in ModulePage.objects.child_of(draft).order_by("path")] == [
        "Börja om",
        "Fortsätt",
    ]


def test_modules_follow_the_order_of_the_files(imported: Callable[[], ProgramPage], folder: Folder) -> None:
    imported()
    folder.program["modules"].reverse()

    frozen = freeze(imported())

    assert [module.document["key"] for module in frozen.modules] == ["m02", "m01"]


def test_a_module_that_the_files_lack_goes(imported: Callable[[], ProgramPage], folder: Folder) -> None:
    imported()
    folder.program["modules"] = ["01-borja"]

    draft = imported()

    assert [one.key for one in ModulePage.objects.child_of(draft)] == ["m01"]


def _written_by_an_author(draft: ProgramPage, cast: Cast) -> ModulePage:
    module: ModulePage = ModulePage.objects.child_of(draft).get(key="m01")
    module.title = "Skriven av en författare"
    module.save_revision(user=cast.editor)
    return module


def test_what_an_author_has_written_since_is_not_put_aside_untold(
    imported: Callable[[], ProgramPage], folder: Folder, alfa_page: UnitPage, cast: Cast
) -> None:
    module = _written_by_an_author(imported(), cast)
    before = Revision.objects.count()

    with pytest.raises(Misshapen, match="changed by an author"):
        imported()
    assert Revision.objects.count() == before
    assert module.get_latest_revision_as_object().title == "Skriven av en författare"

    path, at = folder.written(), clock.now()
    import_program(path, unit_page=alfa_page, by=None, at=at, replaces=True)
    module = ModulePage.objects.get(pk=module.pk)
    assert module.get_latest_revision_as_object().title == folder.first["title"]


def test_a_module_that_an_author_wrote_does_not_go_untold(
    imported: Callable[[], ProgramPage], folder: Folder, cast: Cast
) -> None:
    draft = imported()
    _written_by_an_author(draft, cast)
    folder.program["modules"] = ["02-fortsatt"]

    with pytest.raises(Misshapen, match="changed by an author"):
        imported()
    assert ModulePage.objects.child_of(draft).count() == 2


def test_the_same_files_as_the_author_saved_are_taken_in(
    imported: Callable[[], ProgramPage], cast: Cast
) -> None:
    draft = imported()
    ModulePage.objects.child_of(draft).get(key="m01").save_revision(user=cast.editor)

    assert imported().pk == draft.pk


def test_the_command_imports_and_publishes_once(alfa_page: UnitPage, folder: Folder) -> None:
    words = [str(folder.written()), "--unit", "alfa", "--publish"]

    call_command("import_program", *words, stdout=StringIO())
    call_command("import_program", *words, stdout=StringIO())

    assert [version.number for version in ProgramVersion.objects.filter(program__key="mod")] == ["1.0"]


def test_the_command_names_an_unknown_unit(alfa_page: UnitPage, folder: Folder) -> None:
    with pytest.raises(CommandError, match="'gamma'"):
        call_command("import_program", str(folder.written()), "--unit", "gamma")
