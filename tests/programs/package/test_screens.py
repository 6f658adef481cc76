"""Packages in Wagtail's admin: taken out and brought in by those who write at the unit, and by nobody else."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ikbt.audit.models import Entry
from programs.models import ProgramPage, UnitPage
from tests.cast import Cast
from tests.conftest import signed_in_client
from tests.programs.conftest import Folder
from tests.programs.package.packing import Package, packed

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/program/paket/"


def sent(data: bytes, cast: Cast, **more: str) -> dict[str, object]:
    return {"unit": cast.alfa.pk, "package": SimpleUploadedFile("mod.zip", data), **more}


def test_an_editor_brings_a_package_in_as_a_draft(folder: Folder, alfa_page: UnitPage, cast: Cast) -> None:
    client = signed_in_client(cast.editor)
    assert client.get(ADDRESS).status_code == 200

    answer = client.post(ADDRESS, sent(packed(folder, key=""), cast, accept_unsigned="on"))

    assert answer.status_code == 302
    assert ProgramPage.objects.child_of(alfa_page).get().key == "mod"


def test_what_is_unsigned_or_hostile_is_refused_with_its_place(
    folder: Folder, alfa_page: UnitPage, cast: Cast
) -> None:
    client, spoilt = signed_in_client(cast.editor), Package.of(packed(folder))
    spoilt.files["program/../x.json"] = b"{}"

    unsigned = client.post(ADDRESS, sent(packed(folder, key=""), cast)).content.decode()
    hostile = client.post(ADDRESS, sent(spoilt.zipped(), cast, accept_unsigned="on")).content.decode()

    assert "signed by nobody that is trusted" in unsigned
    assert "program/../x.json" in hostile
    assert not ProgramPage.objects.exists()


def test_nothing_is_brought_in_to_another_unit(folder: Folder, alfa_page: UnitPage, cast: Cast) -> None:
    given = {**sent(packed(folder), cast, accept_unsigned="on"), "unit": cast.beta.pk}

    assert signed_in_client(cast.editor).post(ADDRESS, given).status_code == 200
    assert not ProgramPage.objects.exists()


def test_an_editor_takes_a_draft_out(draft: ProgramPage, cast: Cast) -> None:
    answer = signed_in_client(cast.editor).get(f"/admin/program/{draft.pk}/paket/")

    assert answer["Content-Disposition"] == 'attachment; filename="mod.zip"'
    assert Package.of(answer.content).document("program/program.json")["key"] == "mod"
    assert Entry.objects.get(action="export", object_kind="program package").actor == cast.editor.pk


@pytest.mark.parametrize("who", ["tove", "manager", "administrator", "anna"])
def test_nobody_else_finds_the_page(alfa_page: UnitPage, cast: Cast, who: str) -> None:
    assert signed_in_client(getattr(cast, who)).get(ADDRESS).status_code == 404
