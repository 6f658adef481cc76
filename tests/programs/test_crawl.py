"""B-rows: by no route, list, chooser or form of Wagtail's does one unit's people find another's drafts."""

from __future__ import annotations

import pytest

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from programs.used_of_wagtail import FOR_KEEPERS
from tests.cast import Cast, give, person
from tests.programs.crawling import ONESELF, crawl, met
from tests.programs.two_units import TwoUnits

pytestmark = pytest.mark.django_db


def test_who_has_moved_to_another_unit_finds_nothing_of_what_she_wrote(both: TwoUnits, cast: Cast) -> None:
    assert not crawl(both.moved, both, cast)


def test_a_system_administrator_finds_nothing_whatever_django_calls_her(both: TwoUnits, cast: Cast) -> None:
    assert cast.administrator.is_superuser

    assert met(cast.administrator, both, cast, fillings=1000) <= set(FOR_KEEPERS) | ONESELF
    assert not crawl(cast.administrator, both, cast, only=FOR_KEEPERS)
    assert Person.objects.get(pk=cast.administrator.pk).is_superuser, "only Wagtail is told otherwise"


@pytest.mark.parametrize("who", ["tove", "anna", "manager", "auditor", "unit_less editor"])
def test_for_all_others_wagtail_is_missing(who: str, both: TwoUnits, cast: Cast) -> None:
    someone = getattr(cast, who, None) or give(person("Una", "Lös"), Role.EDITOR)

    assert met(someone, both, cast) == set()
