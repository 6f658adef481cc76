"""What the editor gives authors: keys by themselves, examples of blocks, previews, checks beside the text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from wagtail.blocks.base import Block

from ikbt.common import clock
from programs.blocks.shown import EXAMPLES
from programs.keys import new_module_key, new_program_key, new_step_key, released_steps_renamed
from programs.models import ModulePage, ProgramPage
from programs.publishing import publish
from tests.cast import Cast
from tests.conftest import SignIn


@pytest.fixture
def module(draft: ProgramPage) -> ModulePage:
    found: ModulePage = ModulePage.objects.child_of(draft).get(key="m01")
    return found


def module_form(**more: str) -> dict[str, str]:
    """A module with one step of one text, as the editor's page sends it."""
    block = "steps-0-value-blocks"
    return {
        "title": "Ny modul",
        "slug": "ny-modul",
        "key": "",
        "goal": "Du övar.",
        "practice_minutes_per_week": "60",
        "release": "start",
        "min_days": "5",
        "steps-count": "1",
        "steps-0-deleted": "",
        "steps-0-order": "0",
        "steps-0-type": "step",
        "steps-0-value-key": "",
        "steps-0-value-title": "Ett steg",
        "steps-0-value-show-count": "0",
        "hold-count": "0",
        "offers-count": "0",
        "choices-count": "0",
        f"{block}-count": "1",
        f"{block}-0-deleted": "",
        f"{block}-0-order": "0",
        f"{block}-0-type": "exercise",
        f"{block}-0-value-exercise": "goal_setting",
        f"{block}-0-value-intro": "null",
        f"{block}-0-value-required_count": "1",
        **more,
    }


def edit_page(page: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def step_blocks() -> dict[str, Block]:
    step = ModulePage._meta.get_field("steps").stream_block.child_blocks["step"]
    found: dict[str, Block] = step.child_blocks["blocks"].child_blocks
    return found


def test_keys_are_made_by_themselves() -> None:
    assert new_module_key({"m01", "m02"}) == "m03"
    assert new_program_key("Sömn & vila", {"somn-vila"}) == "somn-vila-2"
    assert len({new_step_key() for _ in range(200)}) == 200


def test_a_released_step_keeps_its_key() -> None:
    before = {"a": "m01-s01", "b": "m01-s02"}

    assert released_steps_renamed(before, {"a": "annat", "b": "m01-s02"}, {"m01-s01", "m01-s02"}) == [
        "m01-s01"
    ]
    assert released_steps_renamed(before, {"a": "annat"}, {"m01-s02"}) == []


@pytest.mark.django_db
def test_a_module_without_keys_is_saved_with_them(editor: Client, draft: ProgramPage) -> None:
    address = reverse("wagtailadmin_pages:add", args=["programs", "modulepage", draft.pk])
    response = editor.post(address, module_form())

    assert response.status_code == 302, response.context["form"].errors
    saved = ModulePage.objects.get(title="Ny modul").get_latest_revision_as_object()
    assert saved.key == "m03"
    assert saved.steps[0].value["key"].startswith("s-")


@pytest.mark.django_db
def test_a_published_key_is_refused_a_change(editor: Client, draft: ProgramPage, module: ModulePage) -> None:
    publish(draft, by=None, at=clock.now())

    html = editor.post(edit_page(module), module_form(key="annan")).content.decode()

    assert "Den har publicerats med nyckeln m01." in html
    assert module.get_latest_revision_as_object().key == "m01"


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_picker_draws_an_example_of_each_block(editor: Client, name: str) -> None:
    block = step_blocks()[name]

    response = editor.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})

    assert block.is_previewable
    assert response.status_code == 200
    assert "app-" in response.content.decode()


@pytest.mark.django_db
def test_the_examples_are_for_authors_only(cast: Cast, signed_in: SignIn) -> None:
    asked = {"id": step_blocks()["text"].definition_prefix}

    assert signed_in(cast.anna).get(reverse("wagtailadmin_block_preview"), asked).status_code == 404
    assert signed_in(cast.tove).get(reverse("program_exercises")).status_code == 404


def test_every_block_says_what_it_is_for_and_stands_in_a_group() -> None:
    assert [
        name for name, block in step_blocks().items() if not (block.meta.group and block.get_description())
    ] == []


@pytest.mark.django_db
def test_the_editor_shows_the_checks_beside_the_text(
    editor: Client, draft: ProgramPage, module: ModulePage
) -> None:
    raw = [dict(child) for child in module.steps.raw_data]
    raw[1]["value"]["blocks"] = []
    link = '<p><a href="https://www.1177.se/">1177</a></p>'
    raw[0]["value"]["blocks"].append({"type": "text", "value": {"html": link}})
    module.steps = json.dumps(raw)
    module.save_revision()

    html = editor.get(edit_page(module)).content.decode()
    whole = editor.get(edit_page(draft)).content.decode()

    assert "Steget är tomt." in html
    assert "Din dagbok (m01-s02)" in html
    assert "Länken https://www.1177.se/ finns inte bland programmets källor" in html
    assert "Lässvårighet (LIX)" in whole


@pytest.mark.django_db
def test_a_preview_draws_made_up_answers_and_writes_no_row(editor: Client, module: ModulePage) -> None:
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[module.pk])
    before = rows()

    editor.post(address, module_form(key="m01"))
    by_day, by_night, rtl = (
        editor.get(address, {"mode": mode}).content.decode() for mode in ("", "night", "rtl")
    )

    assert "Svaren är påhittade och sparas inte." in by_day
    assert 'data-color-scheme="dark"' in by_night
    assert 'dir="rtl"' in rtl
    assert rows() == before


def rows() -> dict[str, int]:
    """How many there are of everything; left out is what any page writes, and where Wagtail keeps the typed form."""
    kept_out = {"sessions.Session", "audit.Entry", "accounts.GuessCount", "wagtailadmin.FormState"}
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.label not in kept_out
    }


@pytest.mark.django_db
def test_all_kinds_of_exercises_are_listed_with_their_fields(editor: Client) -> None:
    html = editor.get(reverse("program_exercises")).content.decode()

    assert html.count("<details") >= 36
    assert "<code>activity</code>" in html
