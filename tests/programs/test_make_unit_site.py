"""`manage.py make_unit_site` makes what a unit's editors need, and nothing twice."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page

from programs.models import StartPage, UnitPage
from tests.cast import Cast
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


def made(*slugs: str) -> str:
    out = StringIO()
    call_command("make_unit_site", *slugs, stdout=out)
    return out.getvalue()


def test_a_units_editor_can_write_once_its_site_is_made(cast: Cast, signed_in: SignIn) -> None:
    said = made("alfa")

    page = UnitPage.objects.get()
    place = reverse("wagtailadmin_pages:add", args=["programs", "programpage", page.pk])
    assert page.unit == cast.alfa
    assert "Vårdcentralen Alfa" in said
    assert signed_in(cast.editor).get(place).status_code == 200


def test_without_a_name_all_units_get_theirs(cast: Cast) -> None:
    made()

    assert {page.unit for page in UnitPage.objects.all()} == {cast.alfa, cast.beta}


def test_run_again_it_changes_nothing(cast: Cast) -> None:
    made()
    start = StartPage.objects.get()
    start.title = "Vår egen rubrik"
    start.save_revision().publish()
    before = list(Page.objects.order_by("pk").values_list("pk", "path", "title"))
    rights = GroupPagePermission.objects.count()

    made()

    assert list(Page.objects.order_by("pk").values_list("pk", "path", "title")) == before
    assert GroupPagePermission.objects.count() == rights


def test_an_unknown_unit_is_refused_and_nothing_is_made(cast: Cast) -> None:
    with pytest.raises(CommandError, match="gamma"):
        made("alfa", "gamma")

    assert not UnitPage.objects.exists()


def test_without_units_it_says_what_to_do_first(db: None) -> None:
    with pytest.raises(CommandError, match="administration"):
        made()
