"""A copy sees what its source changed since, and adopts of it what its authors choose."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ikbt.accounts.models import Person
from ikbt.common import clock
from programs.adopting import NotAdopted, Upstream, adopt, upstream_of
from programs.copying import copy_version
from programs.freezing import freeze
from programs.models import ModulePage, ProgramPage, UnitPage
from programs.publishing import publish
from tests.cast import Cast
from tests.conftest import signed_in_client
from tests.programs.conftest import Folder

pytestmark = pytest.mark.django_db


@pytest.fixture
def copy(
    imported: Callable[[], ProgramPage], folder: Folder, cast: Cast, beta_publisher: Person
) -> ProgramPage:
    """Beta's copy of 1.0, after Alfa has released 1.1 with another first step and another goal."""
    version = publish(imported(), by=None, at=clock.now())
    to = UnitPage.objects.get(unit=cast.beta)
    made = copy_version(version, to=to, by=beta_publisher, at=clock.now())
    folder.first["steps"][0]["title"] = "Välkommen hit"
    folder.first["goal"] = "Du vet vart du är på väg."
    publish(imported(), by=None, at=clock.now(), note="Ny början.")
    return made


def seen(page: ProgramPage) -> Upstream:
    found = upstream_of(page)
    assert found is not None
    return found


def names(page: ProgramPage) -> list[str]:
    return [one.name for one in seen(page).open]


def test_it_sees_what_has_changed_there(copy: ProgramPage) -> None:
    found = seen(copy)

    assert (found.base.number, found.newest.number) == ("1.0", "1.1")
    assert names(copy) == ["module:m01", "step:m01-s01"]


def test_it_takes_what_is_chosen_and_the_rest_stays_open(copy: ProgramPage, beta_publisher: Person) -> None:
    adopt(copy, take=["step:m01-s01"], keep=[], by=beta_publisher, at=clock.now())

    [first, _second] = freeze(copy).modules
    assert first.document["steps"][0]["title"] == "Välkommen hit"
    assert first.document["goal"] == "Du vet hur det går till."
    assert names(copy) == ["module:m01"]


def test_when_all_is_decided_the_newest_version_is_the_base(
    copy: ProgramPage, beta_publisher: Person
) -> None:
    adopt(copy, take=["step:m01-s01"], keep=["module:m01"], by=beta_publisher, at=clock.now())

    assert names(copy) == []
    assert freeze(copy).program["origin"]["version"] == "1.1"


def test_a_decision_in_parts_is_remembered(copy: ProgramPage, beta_publisher: Person) -> None:
    adopt(copy, take=[], keep=["step:m01-s01"], by=beta_publisher, at=clock.now())

    assert names(copy) == ["module:m01"]
    assert freeze(copy).program["origin"]["version"] == "1.0"


def test_nobody_adopts_for_another_unit_or_what_is_not_open(
    copy: ProgramPage, cast: Cast, beta_publisher: Person
) -> None:
    before = copy.latest_revision_id

    with pytest.raises(NotAdopted):
        adopt(copy, take=["step:m01-s01"], keep=[], by=cast.editor, at=clock.now())
    with pytest.raises(NotAdopted):
        adopt(copy, take=["step:m02-s01"], keep=[], by=beta_publisher, at=clock.now())

    copy.refresh_from_db()
    assert copy.latest_revision_id == before


def test_the_page_shows_both_and_does_what_is_chosen(copy: ProgramPage, beta_publisher: Person) -> None:
    client = signed_in_client(beta_publisher)
    address = f"/admin/program/{copy.pk}/kalla/"

    html = client.get(address).content.decode()
    assert "<ins>hit</ins>" in html
    assert 'name="step:m01-s01"' in html

    answer = client.post(address, {"step:m01-s01": "take", "module:m01": ""})
    assert answer.status_code == 302
    module = ModulePage.objects.child_of(copy).get(key="m01").get_latest_revision_as_object()
    assert module.steps[0].value["title"] == "Välkommen hit"
    assert names(copy) == ["module:m01"]


@pytest.mark.parametrize("name", ["kalla", "oversatt", "oversattning", "paket"])
@pytest.mark.parametrize("who", ["editor", "manager", "tove", "administrator"])
def test_another_units_people_find_no_such_page(copy: ProgramPage, cast: Cast, name: str, who: str) -> None:
    client = signed_in_client(getattr(cast, who))

    assert client.get(f"/admin/program/{copy.pk}/{name}/").status_code == 404
