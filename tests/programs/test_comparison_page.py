"""Two versions beside each other, by key, told in words, lines and colours."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import pytest
from django.urls import reverse

from ikbt.accounts.roles import Role
from ikbt.common import clock
from programs.comparison_page import Side, differences
from programs.models import ProgramPage
from programs.publishing import publish
from tests.cast import Cast, give
from tests.conftest import SignIn
from tests.programs.conftest import FIRST, PROGRAM, SECOND, Document, Folder
from tests.programs.reviewed import Reviewers


def side(*modules: Document, **program: object) -> Side:
    return Side("1.0", {**PROGRAM, **program}, [(deepcopy(one), {}) for one in modules])


def test_a_step_is_told_by_its_key_as_new_gone_changed_or_in_another_place() -> None:
    new = deepcopy(FIRST)
    new["steps"].reverse()
    new["steps"].append({"key": "m01-s09", "title": "Mer", "blocks": [{"type": "text", "html": "<p>A.</p>"}]})
    shorter = {**deepcopy(SECOND), "steps": []}

    first, second = differences(side(FIRST, SECOND), side(new, shorter)).modules

    assert [(one.key, one.fate) for one in first.steps] == [
        ("m01-s02", "moved"),
        ("m01-s01", "moved"),
        ("m01-s09", "added"),
    ]
    assert [(one.key, one.fate) for one in second.steps] == [("m02-s01", "removed")]


def test_a_change_of_text_is_told_word_by_word() -> None:
    new = deepcopy(FIRST)
    new["steps"][0]["blocks"][0]["html"] = "<h2>Hej</h2><p>Fint att du är <strong>hemma</strong>.</p>"

    (module,) = differences(side(FIRST), side(new)).modules

    marks = [(one.mark.value, one.text.strip()) for one in module.steps[0].stretches if one.mark != "same"]
    assert marks == [("removed", "här."), ("added", "hemma.")]


def test_unlock_rules_plan_and_sources_are_told() -> None:
    new = deepcopy(FIRST)
    new["unlock"]["min_days"] = 7

    found = differences(
        side(FIRST),
        side(new, measures=[{"instrument": "gad-7", "when": "weekly"}], sources=[{"title": "En ny bok"}]),
    )

    assert [one.key for one in found.modules[0].terms] == ["unlock"]
    assert {one.key for one in found.program} == {"measures", "sources"}


def test_an_exercise_whose_definition_changed_is_told() -> None:
    old = Side("1.0", PROGRAM, [(FIRST, {"activity_diary": {"fields": ["mood"]}})])
    new = Side("1.1", PROGRAM, [(FIRST, {"activity_diary": {"fields": ["mood", "energy"]}})])

    (module,) = differences(old, new).modules

    assert [(one.key, one.fate) for one in module.exercises] == [("activity_diary", "changed")]


def test_what_is_the_same_is_not_listed() -> None:
    found = differences(side(FIRST, SECOND), side(FIRST, SECOND))

    assert (found.program, found.modules) == ([], [])


@pytest.mark.django_db
def test_the_page_marks_the_draft_against_a_version_with_and_without_colour(
    imported: Callable[[], ProgramPage], folder: Folder, team: Reviewers, signed_in: SignIn
) -> None:
    draft = imported()
    first = publish(draft, by=None, at=clock.now())
    folder.first["steps"][0]["blocks"][0]["html"] = "<h2>Hej</h2><p>Fint att du är hemma.</p>"
    imported()
    second = publish(draft, by=None, at=clock.now())
    client, place = signed_in(team.language), reverse("program_compare", args=[draft.pk])

    html = client.get(place, {"fran": str(first.pk)}).content.decode()
    between = client.get(place, {"fran": str(second.pk), "till": str(first.pk)}).content.decode()

    assert "hemma.</ins>" in html
    assert "här.</del>" in html
    assert "tillagt:" in html
    assert "hemma.</del>" in between
    assert client.get(place, {"fran": "x"}).status_code == 404


@pytest.mark.django_db
def test_outsiders_find_no_comparison_and_no_other_programs_version(
    draft: ProgramPage, cast: Cast, signed_in: SignIn
) -> None:
    place = reverse("program_compare", args=[draft.pk])
    foreign = give(cast.olle, Role.PUBLISHER, cast.beta)

    for outsider in (cast.anna, cast.tove, cast.manager, foreign):
        assert signed_in(outsider).get(place).status_code == 404
    assert signed_in(cast.editor).get(place, {"fran": str(cast.version.pk)}).status_code == 404
