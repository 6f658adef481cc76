"""A unit copies another's released version to drafts of its own, which remember where they came from."""

from __future__ import annotations

import pytest

from ikbt.accounts.models import Person
from ikbt.common import clock
from programs.copying import NotCopied, copy_version
from programs.freezing import as_file, freeze
from programs.models import ProgramPage, UnitPage
from programs.publishing import publish
from tests.cast import Cast
from tests.conftest import signed_in_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def beta_page(alfa_page: UnitPage, cast: Cast) -> UnitPage:
    page: UnitPage = UnitPage.objects.get(unit=cast.beta)
    return page


def test_the_copy_has_everything_and_remembers_its_source(
    draft: ProgramPage, beta_page: UnitPage, beta_publisher: Person
) -> None:
    version = publish(draft, by=None, at=clock.now())

    made = copy_version(version, to=beta_page, by=beta_publisher, at=clock.now())

    frozen = freeze(made)
    assert made.get_parent().specific == beta_page
    assert frozen.program["origin"] == {
        "unit": "alfa",
        "program": "mod",
        "version": "1.0",
        "hash": version.content_hash,
    }
    assert [as_file(one.document) for one in frozen.modules] == [
        as_file(one.document) for one in version.modules.all()
    ]
    assert (made.key, made.live) == ("mod", False)


def test_a_copy_beside_the_original_gets_a_key_of_its_own(
    draft: ProgramPage, alfa_page: UnitPage, cast: Cast
) -> None:
    version = publish(draft, by=None, at=clock.now())

    keys = [copy_version(version, to=alfa_page, by=cast.editor, at=clock.now()).key for _ in range(2)]

    assert keys == ["mod-2", "mod-3"]


def test_nobody_copies_to_a_unit_that_she_does_not_write_for(
    draft: ProgramPage, beta_page: UnitPage, cast: Cast
) -> None:
    version = publish(draft, by=None, at=clock.now())

    with pytest.raises(NotCopied):
        copy_version(version, to=beta_page, by=cast.editor, at=clock.now())

    assert not beta_page.get_children().exists()


def test_an_editor_copies_from_the_catalogue(
    draft: ProgramPage, beta_page: UnitPage, beta_publisher: Person
) -> None:
    version = publish(draft, by=None, at=clock.now())
    client = signed_in_client(beta_publisher)
    address = f"/katalog/version/{version.pk}/kopiera/"

    assert client.get(address).status_code == 200
    assert client.post(address, {"enhet": beta_page.unit_id}).status_code == 302

    assert ProgramPage.objects.child_of(beta_page).get().key == "mod"
