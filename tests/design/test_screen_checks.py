"""The checks themselves must be able to fail."""

from __future__ import annotations

from tests.design.conftest import Show
from tests.design.screen_checks import axe_findings, overflow, small_targets, tokenless_forms

PAGE = (
    '<!doctype html><html lang="sv"><head><title>Sida</title></head>'
    "<body><main><h1>Sida</h1>{}</main></body></html>"
)


def test_a_small_button_is_found(show: Show) -> None:
    page = show(PAGE.format("<button>Spara</button>"))

    assert len(small_targets(page)) == 1


def test_a_link_in_running_text_is_exempt_but_not_one_alone(show: Show) -> None:
    page = show(PAGE.format('<p>Läs mer i <a href="#a">modul 1</a>.</p><p><a href="#b">Hela sidan</a></p>'))

    found = small_targets(page)

    assert len(found) == 1
    assert "Hela sidan" in found[0]


def test_a_too_wide_table_is_found(show: Show) -> None:
    page = show(PAGE.format(f"<table><tr><td>{'x' * 200}</td></tr></table>"), 320)

    assert overflow(page)


def test_a_form_that_would_be_refused_is_found(show: Show) -> None:
    token = '<form method="post"><input type="hidden" name="csrfmiddlewaretoken"></form>'
    page = show(PAGE.format(f'{token}<form method="post" id="bare"></form><form></form>'))

    found = tokenless_forms(page)

    assert len(found) == 1
    assert 'id="bare"' in found[0]


def test_an_unlabelled_field_is_found(show: Show) -> None:
    page = show(PAGE.format("<input>"))

    assert any(finding.startswith("label") for finding in axe_findings(page))
