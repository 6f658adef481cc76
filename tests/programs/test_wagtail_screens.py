"""Wagtail's own screens for an author: no script that breaks, Swedish words, a preview that keeps nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.admin.models import FormState

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.privacy.retaining import apply_retention
from ikbt.treatments.models import WorksheetEntry
from measurements.models import Occasion
from programs.models import ModulePage, ProgramPage
from tests.programs.test_authoring import edit_page, module_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def module(draft: ProgramPage) -> ModulePage:
    found: ModulePage = ModulePage.objects.child_of(draft).get(key="m01")
    return found


@pytest.mark.parametrize("name", ["wagtailadmin_explore", "wagtailimages:index", "wagtaildocs:index"])
def test_no_list_loads_the_script_for_acting_on_many_things(
    editor: Client, draft: ProgramPage, name: str
) -> None:
    html = editor.get(reverse(name, args=[draft.pk] if name.endswith("explore") else [])).content.decode()

    assert "listing-results" in html
    assert "bulk-actions" not in html


def test_the_list_of_modules_is_swedish_in_their_own_order_and_warns_of_no_address(
    editor: Client, draft: ProgramPage
) -> None:
    html = editor.get(reverse("wagtailadmin_explore", args=[draft.pk])).content.decode()

    assert "Exploring" not in html
    assert "URL" not in html.split("listing-results")[1].split("</table>")[0]
    titles = [module.title for module in ModulePage.objects.child_of(draft).order_by("path")]
    places = [html.index(f">{title}<") if f">{title}<" in html else html.index(title) for title in titles]
    assert len(places) > 1
    assert places == sorted(places)


def look(editor: Client, module: ModulePage, **more: str) -> FormState:
    """The author looks at the preview, having typed; what Wagtail keeps of it."""
    editor.post(
        reverse("wagtailadmin_pages:preview_on_edit", args=[module.pk]), module_form(key="m01", **more)
    )
    kept: FormState = FormState.objects.get()
    return kept


def test_a_preview_keeps_the_typed_draft_and_not_what_the_page_is_sent_with(
    editor: Client, module: ModulePage
) -> None:
    kept = parse_qs(look(editor, module, csrfmiddlewaretoken="hemligt", next="/annat/").data)

    assert kept["title"] == ["Ny modul"]
    assert "csrfmiddlewaretoken" not in kept
    assert "next" not in kept


def test_no_answer_of_a_preview_is_stored_anywhere(editor: Client, module: ModulePage) -> None:
    before: list[Any] = [WorksheetEntry._base_manager.count(), Occasion._base_manager.count()]
    look(editor, module)
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[module.pk])
    html = editor.get(address, {"mode": ""}).content.decode()

    # The made-up answers stand in the page, in no form that can be sent, and in none of what is kept.
    assert "Svaren är påhittade och sparas inte." in html
    assert set(re.findall(r'<form[^>]* action="([^"]*)"', html)) <= {reverse("accounts:session")}
    assert "<form>" not in html
    shown = html.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0].strip()
    assert shown
    assert shown not in FormState.objects.get().data
    assert [WorksheetEntry._base_manager.count(), Occasion._base_manager.count()] == before


def test_what_was_typed_for_the_preview_is_let_go_when_the_draft_is_saved(
    editor: Client, module: ModulePage
) -> None:
    look(editor, module)

    assert editor.post(edit_page(module), module_form(key="m01")).status_code == 302
    assert not FormState.objects.exists()


def test_it_stays_while_the_author_types_on_and_the_editor_saves_by_itself(
    editor: Client, module: ModulePage
) -> None:
    look(editor, module)

    saved = editor.post(edit_page(module), module_form(key="m01"), headers={"accept": "application/json"})
    shown = editor.get(reverse("wagtailadmin_pages:preview_on_edit", args=[module.pk]), {"mode": ""})

    assert saved.json()["success"] is True
    assert "Svaren är påhittade" in shown.content.decode()


def test_a_new_module_leaves_nothing_of_its_preview_either(editor: Client, draft: ProgramPage) -> None:
    place = ["programs", "modulepage", draft.pk]
    editor.post(reverse("wagtailadmin_pages:preview_on_add", args=place), module_form())
    assert FormState.objects.exists()

    assert editor.post(reverse("wagtailadmin_pages:add", args=place), module_form()).status_code == 302
    assert not FormState.objects.exists()


def test_what_was_typed_and_never_saved_is_let_go_after_a_day(editor: Client, module: ModulePage) -> None:
    kept = look(editor, module)

    apply_retention(by=SYSTEM, at=kept.last_updated_at + timedelta(hours=23), dry_run=False)
    assert FormState.objects.exists()
    apply_retention(by=SYSTEM, at=clock.now() + timedelta(hours=25), dry_run=False)
    assert not FormState.objects.exists()
