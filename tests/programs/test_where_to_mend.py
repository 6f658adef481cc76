"""An author is led on: from a finding to the step that it is about, from a program to its first module, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from programs.freezing import newest
from programs.models import ModulePage, ProgramPage, UnitPage
from programs.words_of_wagtail import SCRIPT_WORDS
from tests.cast import Cast
from tests.conftest import SignIn
from tests.programs.conftest import Folder
from tests.programs.reviewed import Reviewers
from tests.programs.test_authoring import edit_page, module_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def emptied(draft: ProgramPage) -> ModulePage:
    """The second module, whose only step holds nothing."""
    module: ModulePage = ModulePage.objects.child_of(draft).get(key="m02")
    raw = [dict(child) for child in newest(module).steps.raw_data]
    raw[0]["value"]["blocks"] = []
    module.steps = json.dumps(raw)
    module.save_revision()
    return module


def step_in_editor(module: ModulePage) -> str:
    return f"{edit_page(module)}#block-{newest(module).steps[0].id}-section"


def review_page(draft: ProgramPage) -> str:
    return reverse("program_review", args=[draft.pk])


def test_a_finding_leads_to_the_step_it_is_about(
    editor: Client, draft: ProgramPage, emptied: ModulePage
) -> None:
    pages = [review_page(draft), edit_page(draft), edit_page(emptied)]

    for html in (editor.get(page).content.decode() for page in pages):
        said = re.search(r'<a href="([^"]*)">Dagboken igen \(m02-s01\)</a></strong>: Steget är tomt', html)
        assert said is not None
        assert said[1] == step_in_editor(emptied)


def test_a_reviewer_who_writes_nothing_is_led_to_no_editor(
    draft: ProgramPage, emptied: ModulePage, team: Reviewers, signed_in: SignIn
) -> None:
    html = signed_in(team.clinical).get(review_page(draft)).content.decode()

    assert "Dagboken igen (m02-s01)" in html
    assert "/edit/" not in html


def test_only_who_writes_pages_is_offered_to_search_among_them(
    editor: Client, team: Reviewers, signed_in: SignIn
) -> None:
    assert "data-no-pages" not in editor.get("/admin/").content.decode()
    assert "data-no-pages" in signed_in(team.clinical).get("/admin/").content.decode()


def test_a_new_program_leads_to_its_first_module(
    editor: Client, draft: ProgramPage, alfa_page: UnitPage
) -> None:
    bare = alfa_page.add_child(
        instance=ProgramPage(title="Tomt", key="tomt", summary="Inget än.", live=False)
    )
    bare.save_revision()

    html = editor.get(edit_page(bare)).content.decode()

    assert reverse("wagtailadmin_pages:add", args=["programs", "modulepage", bare.pk]) in html
    assert "Skriv en modul" in html
    assert reverse("program_upstream", args=[bare.pk]) not in html


def test_nobody_is_asked_for_an_address_that_no_patient_opens(editor: Client, draft: ProgramPage) -> None:
    place = reverse("wagtailadmin_pages:add", args=["programs", "modulepage", draft.pk])
    form = {name: value for name, value in module_form().items() if name != "slug"}

    html = editor.get(place).content.decode()
    answers = [editor.post(place, form).status_code for _ in range(2)]

    assert 'name="slug"' not in html
    assert "URL" not in html.split("id_title")[1].split("</form>")[0]
    assert answers == [302, 302]
    assert list(
        ModulePage.objects.filter(title="Ny modul").order_by("path").values_list("slug", flat=True)
    ) == [
        "ny-modul",
        "ny-modul-2",
    ]


def test_who_reads_it_as_a_patient_reads_its_own_language_and_finds_back(
    imported: Callable[[], ProgramPage], folder: Folder, cast: Cast, signed_in: SignIn
) -> None:
    folder.program["language"] = "en"
    draft = imported()
    html = signed_in(cast.editor).get(reverse("program_read", args=[draft.pk, "m01"])).content.decode()

    assert f'href="{review_page(draft)}"' in html
    assert 'lang="en"' in html
    assert "Activity and mood diary" in html


def test_wagtails_scripts_speak_swedish_where_its_own_catalogue_does_not(editor: Client) -> None:
    html = editor.get("/admin/").content.decode()
    held = re.search(r'<script id="ikbt-script-words" type="application/json">(.*?)</script>', html)

    assert held is not None
    words = json.loads(held[1])
    assert set(words) == set(SCRIPT_WORDS)
    assert all(word != told for word, told in words.items())
