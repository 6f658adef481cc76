"""Tailoring in program files: every form is taken, misshapen ones are refused with their place, none is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from ikbt.common import clock
from programs.freezing import as_file, freeze
from programs.importing import import_program
from programs.models import ModulePage, UnitPage
from programs.program_file import read_program
from programs.shapes import Misshapen
from tests.cast import Cast
from tests.programs.conftest import Folder
from tests.programs.tailoring.scenes import Document, tailored

Change = Callable[[Document, Document, Document], object]


@pytest.fixture
def rich(folder: Folder) -> Folder:
    """A folder that uses every form."""
    folder.program, folder.first, folder.second = tailored()
    return folder


def test_every_form_of_tailoring_is_read(rich: Folder) -> None:
    assert read_program(rich.written()).modules["02-fortsatt"]["unlock"]["release"] == "auto"


@pytest.mark.django_db
def test_tailoring_survives_the_way_through_a_draft(rich: Folder, alfa_page: UnitPage) -> None:
    page = import_program(rich.written(), unit_page=alfa_page, by=None, at=clock.now())

    frozen = freeze(page)

    assert frozen.program == rich.program
    assert [as_file(module.document) for module in frozen.modules] == [rich.first, rich.second]


@pytest.mark.django_db
def test_a_tailored_draft_is_valid_in_the_editor(rich: Folder, alfa_page: UnitPage) -> None:
    page = import_program(rich.written(), unit_page=alfa_page, by=None, at=clock.now())
    page.full_clean()

    for module in ModulePage.objects.child_of(page):
        for name in ("steps", "offers", "hold", "choices"):
            stream = getattr(module, name)
            stream.stream_block.clean(stream)
        module.full_clean()


@pytest.mark.django_db
def test_the_outline_has_what_rules_need_of_a_step(rich: Folder, alfa_page: UnitPage) -> None:
    page = import_program(rich.written(), unit_page=alfa_page, by=None, at=clock.now())

    outline = freeze(page).outline

    steps = {step["key"]: step for step in outline["modules"][0]["steps"]}
    assert steps["m01-s03"]["only_for"] == ["washing", "checking"]
    assert steps["m01-s04"]["show"]["otherwise"] == "hidden"
    assert "show" not in steps["m01-s01"]
    assert outline["modules"][0]["choices"][0]["key"] == "fokus"
    assert [one["key"] for one in outline["subtypes"]] == ["washing", "checking"]


REFUSED: list[tuple[str, Change, str]] = [
    (
        "unknown release",
        lambda p, a, b: b["unlock"].update(release="magic"),
        "unlock, release must be one of",
    ),
    ("weekly written out", lambda p, a, b: b["unlock"].update(weekly=True), "unlock, weekly must be false"),
    ("after nothing", lambda p, a, b: b["unlock"].update(after=[]), "unlock, after must be a list of 1"),
    ("no limit", lambda p, a, b: b["unlock"]["hold"].update(when=[{"instrument": "isi"}]), "needs at_least"),
    ("no condition", lambda p, a, b: b["unlock"]["hold"].update(when=[]), "hold, when must be a list of 1"),
    (
        "strange condition",
        lambda p, a, b: b["unlock"]["hold"].update(when=[{"moon": "full"}]),
        "hold, when, number 1 must have one of",
    ),
    (
        "text as limit",
        lambda p, a, b: b["unlock"]["hold"].update(when=[{"instrument": "isi", "at_least": "15"}]),
        "at_least must be a whole number",
    ),
    ("all written out", lambda p, a, b: b["unlock"]["hold"].update(match="all"), "match must be one of any"),
    ("offer without key", lambda p, a, b: b["unlock"]["offers"][0].pop("key"), "offers, number 1 lacks key"),
    ("unknown deed", lambda p, a, b: b["unlock"]["offers"][0].update(does="leap"), "does must be one of"),
    ("choice of modules in a module", lambda p, a, b: a.update(choices=p["choices"]), "lacks steps"),
    ("show without otherwise", lambda p, a, b: a["steps"][3]["show"].pop("otherwise"), "lacks otherwise"),
    (
        "subtype without title",
        lambda p, a, b: p["subtypes"][0].pop("title"),
        "subtypes, number 1 lacks title",
    ),
]


@pytest.mark.parametrize(
    ("change", "words"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_a_misshapen_rule_is_refused_with_its_place(change: Change, words: str, rich: Folder) -> None:
    change(rich.program, rich.first, rich.second)

    with pytest.raises(Misshapen, match=words):
        read_program(rich.written())


@pytest.mark.django_db
def test_an_editor_meets_the_rules_as_fields_with_words(
    rich: Folder, alfa_page: UnitPage, cast: Cast, signed_in: Callable[..., Client]
) -> None:
    page = import_program(rich.written(), unit_page=alfa_page, by=None, at=clock.now())
    module = ModulePage.objects.child_of(page).get(key="m02")

    answer = signed_in(cast.editor).get(reverse("wagtailadmin_pages:edit", args=[module.pk]))

    assert answer.status_code == 200
    shown = answer.content.decode()
    for words in (
        "väntar på veckoskattningen",
        "hålls tillbaka när",
        "erbjudanden",
        "Anpassat efter patienten",
    ):
        assert words.lower() in shown.lower()
