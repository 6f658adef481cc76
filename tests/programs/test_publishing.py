"""Publishing makes the next version of a program, for those who may, and moves nobody."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command

from ikbt.audit.models import Entry
from ikbt.common import clock
from programs.freezing import freeze
from programs.models import FrozenModule, ModulePage, ProgramPage, ProgramVersion
from programs.publishing import DraftChanged, Unpublishable, publish, publish_when_changed
from programs.querysets import Frozen
from tests.cast import Cast
from tests.programs.conftest import Folder
from tests.programs.test_reviewing import HARD

pytestmark = pytest.mark.django_db
Imported = Callable[[], ProgramPage]


def test_the_first_version_is_1_0_and_holds_the_modules_in_order(draft: ProgramPage) -> None:
    version = publish(draft, by=None, at=clock.now(), note="Första.")

    assert (version.number, version.release_note, version.published_by) == ("1.0", "Första.", None)
    assert [module.key for module in version.modules.all()] == ["m01", "m02"]
    assert version.content_hash == freeze(draft).content_hash


def test_a_text_change_makes_a_minor_version(imported: Imported, folder: Folder, cast: Cast) -> None:
    publish(imported(), by=None, at=clock.now())
    folder.first["steps"][0]["title"] = "Hej på dig"

    assert publish(imported(), by=None, at=clock.now()).number == "1.1"


def test_a_new_step_makes_a_major_version(imported: Imported, folder: Folder) -> None:
    publish(imported(), by=None, at=clock.now())
    folder.first["steps"].append(
        {"key": "m01-s03", "title": "Mer", "blocks": [{"type": "text", "html": "<p>A.</p>"}]}
    )

    assert publish(imported(), by=None, at=clock.now()).number == "2.0"


def test_a_step_that_is_gone_makes_a_major_version(imported: Imported, folder: Folder) -> None:
    publish(imported(), by=None, at=clock.now())
    folder.program["modules"] = ["01-borja"]

    assert publish(imported(), by=None, at=clock.now()).number == "2.0"


def test_an_unchanged_draft_is_not_published_again_by_import(draft: ProgramPage) -> None:
    first = publish_when_changed(draft, by=None, at=clock.now())

    assert publish_when_changed(draft, by=None, at=clock.now()) == first


def test_a_running_treatment_stays_on_its_version(imported: Imported, folder: Folder, cast: Cast) -> None:
    first = publish(imported(), by=None, at=clock.now())
    cast.treatment.version = first
    cast.treatment.save()
    texts = [module.document for module in first.modules.all()]
    folder.first["steps"][0]["blocks"][0]["html"] = "<p>Ny text.</p>"

    publish(imported(), by=None, at=clock.now())

    cast.treatment.refresh_from_db()
    assert cast.treatment.version == first
    assert [module.document for module in cast.treatment.version.modules.all()] == texts


def test_what_the_system_brings_is_logged_as_such(draft: ProgramPage) -> None:
    version = publish(draft, by=None, at=clock.now())

    entry = Entry.objects.get(object_kind="program version")
    assert (entry.actor, entry.role, entry.object_id) == (None, "system", str(version.pk))
    assert "without review" in entry.reason


def test_text_over_the_limit_is_not_brought_by_the_system(imported: Imported, folder: Folder) -> None:
    """It has nobody's name."""
    folder.first["steps"][0]["blocks"][0]["html"] = f"<p>{HARD}</p>"

    with pytest.raises(Unpublishable):
        publish(imported(), by=None, at=clock.now())


def test_what_preflight_stops_is_not_stored(imported: Imported, folder: Folder) -> None:
    folder.second["steps"][0]["key"] = "m01-s01"
    folder.second["unlock"]["requires"][0]["step"] = "m01-s01"

    with pytest.raises(Unpublishable, match="m01-s01"):
        publish(imported(), by=None, at=clock.now())

    assert not ProgramVersion.objects.filter(program__key="mod").exists()


def test_a_draft_that_changed_after_the_look_is_not_published(draft: ProgramPage) -> None:
    with pytest.raises(DraftChanged):
        publish(draft, by=None, at=clock.now(), seen="0" * 64)


def test_a_program_cannot_change_its_key(draft: ProgramPage) -> None:
    publish(draft, by=None, at=clock.now())
    newer = draft.get_latest_revision_as_object()
    newer.key = "annat"
    newer.save_revision()

    with pytest.raises(Unpublishable):
        publish(draft, by=None, at=clock.now())


def test_a_program_whose_draft_was_removed_goes_on_from_its_last_number(imported: Imported) -> None:
    draft = imported()
    publish(draft, by=None, at=clock.now())
    draft.delete()

    assert publish(imported(), by=None, at=clock.now()).number == "1.1"


def test_a_frozen_version_is_never_saved_or_removed(draft: ProgramPage) -> None:
    version = publish(draft, by=None, at=clock.now())
    version.release_note = "ändrad"

    for attempt in (
        version.save,
        version.delete,
        version.modules.all().delete,
        ProgramVersion.objects.all().delete,
    ):
        with pytest.raises(Frozen):
            attempt()
    with pytest.raises(Frozen):
        FrozenModule.objects.update(key="x")


def test_purging_wagtails_revisions_changes_no_version(draft: ProgramPage) -> None:
    version = publish(draft, by=None, at=clock.now())
    module = ModulePage.objects.child_of(draft).order_by("path")[0]
    newer = module.get_latest_revision_as_object()
    newer.title = "Utkast"
    newer.save_revision()
    before = [frozen.document for frozen in version.modules.all()]

    call_command("purge_revisions", stdout=StringIO())
    ModulePage.objects.child_of(draft).delete()

    again = ProgramVersion.objects.get(pk=version.pk)
    assert [frozen.document for frozen in again.modules.all()] == before


def test_the_current_version_is_the_newest_of_each_program(
    imported: Imported, folder: Folder, cast: Cast
) -> None:
    publish(imported(), by=None, at=clock.now())
    folder.first["title"] = "Börja om"
    newest = publish(imported(), by=None, at=clock.now())

    assert set(ProgramVersion.objects.current()) == {newest, cast.version}


def test_versions_in_use_are_those_of_treatments(draft: ProgramPage, cast: Cast) -> None:
    publish(draft, by=None, at=clock.now())

    assert list(ProgramVersion.objects.in_use()) == [cast.version]
