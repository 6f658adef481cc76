"""A part of the frame that is kept is the same for the same values, and never another's."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.test.signals import template_rendered
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import override
from pytest_django import Settings

from ikbt.common import drawn_once
from ikbt.common.drawn_once import drawn_once as draw
from ikbt.common.navigation import NavItem

BRAND = "components/brand.html"


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    drawn_once._drawn.cache_clear()
    drawn_once._pieces.cache_clear()


def _times_drawn(count: int) -> bool:
    return drawn_once._drawn.cache_info().misses == count


def test_the_same_values_are_drawn_once_and_others_anew() -> None:
    first = draw(BRAND, {"name": "Alfa", "url": "/a/"})
    assert draw(BRAND, {"name": "Alfa", "url": "/a/"}) == first
    assert _times_drawn(1)
    assert "Beta" in draw(BRAND, {"name": "Beta", "url": "/a/"})
    assert _times_drawn(2)


def test_safe_and_unsafe_text_that_read_alike_are_kept_apart() -> None:
    assert "<b>" in draw(BRAND, {"name": mark_safe("<b>Alfa</b>")})
    assert "<b>" not in draw(BRAND, {"name": "<b>Alfa</b>"})


def test_each_language_has_its_own() -> None:
    with override("sv"):
        swedish = draw("components/patient_footer.html", {"numbers": []})
    with override("en"):
        english = draw("components/patient_footer.html", {"numbers": []})
    assert swedish != english


def test_lists_are_told_by_what_they_hold() -> None:
    one = [NavItem("Start", "/a/", count=1)]
    assert "/a/" in draw("components/nav.html", {"items": one})
    assert "/b/" in draw("components/nav.html", {"items": [NavItem("Start", "/b/", count=1)]})
    assert draw("components/nav.html", {"items": list(one)}) == draw("components/nav.html", {"items": one})
    assert _times_drawn(2)


def test_the_token_is_the_pages_own_each_time() -> None:
    template = Template('{% load ui %}{% kept "components/topbar.html" help_url="/h/" %}')
    for token in ("first-token", "second-token"):
        page = template.render(Context({"csrf_token": token}))
        assert f'value="{token}"' in page
        assert drawn_once.TOKEN not in page
    assert _times_drawn(1)


def test_a_part_knows_nothing_that_it_was_not_given() -> None:
    template = Template('{% load ui %}{% kept "components/brand.html" %}')
    page = template.render(Context({"name": "somebody else's", "request": RequestFactory().get("/")}))
    assert "somebody" not in page


def test_while_one_writes_templates_nothing_is_kept(settings: Settings) -> None:
    settings.DEBUG = True
    drawn: list[str] = []

    def note(template: Template, **_more: object) -> None:
        drawn.append(str(template.name))

    template_rendered.connect(note)
    try:
        draw(BRAND, {"name": "Alfa"})
        draw(BRAND, {"name": "Alfa"})
    finally:
        template_rendered.disconnect(note)
    assert drawn == [BRAND, BRAND]


def test_what_fills_a_hole_is_escaped_and_never_searched_for_holes() -> None:
    name = drawn_once.hole("name")
    for said in ("<b>Anna</b>", drawn_once.TOKEN):
        page = drawn_once.page_once(BRAND, {"name": name, "url": "/a/"}, {name: said, drawn_once.TOKEN: "x"})
        assert escape(said) in page
        assert "<b>" not in page
    assert drawn_once._pieces.cache_info().misses == 1


def test_a_hole_that_nobody_fills_is_an_error() -> None:
    with pytest.raises(KeyError):
        drawn_once.page_once(BRAND, {"name": drawn_once.hole("name"), "url": "/a/"}, {})
