"""The main menu marks where one is."""

from __future__ import annotations

from django.template.loader import render_to_string

from ikbt.common.navigation import NavItem, mark_current

START = NavItem("Start", "/behandling/")
MESSAGES = NavItem("Meddelanden", "/behandling/meddelanden/", count=2)


def current(path: str) -> list[str]:
    return [item.label for item in mark_current([START, MESSAGES], path) if item.current]


def test_the_longest_fitting_address_is_marked() -> None:
    assert current("/behandling/meddelanden/ny/") == ["Meddelanden"]
    assert current("/behandling/modul/2/") == ["Start"]


def test_nothing_is_marked_on_a_page_of_its_own() -> None:
    assert current("/konto/") == []
    assert current("/behandlingar/") == []


def test_the_count_is_kept() -> None:
    assert mark_current([MESSAGES], "/behandling/meddelanden/")[0].count == 2


def test_a_long_menu_is_folded_after_the_sixth_and_nothing_is_left_out() -> None:
    pages = [NavItem(f"Page {number}", f"/{number}/") for number in range(9)]

    drawn = render_to_string("components/nav.html", {"items": pages})
    short = render_to_string("components/nav.html", {"items": pages[:7]})

    in_line, _details, folded = drawn.partition("<details")
    assert [in_line.count("<a "), folded.count("<a ")] == [6, 3]
    assert all(f">{page.label}<" in drawn for page in pages)
    assert "<details" not in short
    assert short.count("<a ") == 7
