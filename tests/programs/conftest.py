"""A small program in files, the editors' tree, and a second unit's publisher."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import translation

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.common import clock
from programs.importing import import_program
from programs.models import ProgramPage, UnitPage
from programs.site_tree import ensure_site
from tests.cast import Cast, give, person
from tests.conftest import SignIn
from tests.programs.reviewed import Reviewers, reviewers_at
from tests.programs.two_units import TwoUnits, two_units

Document = dict[str, Any]

PROGRAM: Document = {
    "format": "ikbt-program/1",
    "key": "mod",
    "language": "sv",
    "title": "Ett program om mod",
    "summary": "Du övar på det du drar dig för.",
    "target": "Vuxna.",
    "for_whom": "För dig som undviker.",
    "weeks": 8,
    "level_of_care": ["primary"],
    "therapist_minutes_per_week": [10, 20],
    "licence": "CC BY 4.0",
    "sources": [
        {"title": "En bok", "url": None, "checked": None},
        {"title": "En sida", "url": "https://example.org/kbt", "checked": "2026-11-23"},
    ],
    "persons": [{"name": "Elin", "age": 34, "about": "Undersköterska."}],
    "measures": [
        {"instrument": "phq-9", "when": "weekly"},
        {"instrument": "gad-7", "when": "mid", "week": 4},
    ],
    "modules": ["01-borja", "02-fortsatt"],
}
FIRST: Document = {
    "key": "m01",
    "title": "Börja",
    "goal": "Du vet hur det går till.",
    "practice_minutes_per_week": 60,
    "unlock": {"release": "start", "min_days": 5, "requires": [{"step": "m01-s02", "count": 2}]},
    "steps": [
        {
            "key": "m01-s01",
            "title": "Välkommen",
            "blocks": [
                {"type": "text", "html": "<h2>Hej</h2><p>Fint att du är <strong>här</strong>.</p>"},
                {"type": "quote", "html": "<p>Jag gick ut.</p>", "person": "Elin, 34", "invented": True},
                {
                    "type": "quiz",
                    "question": "Vad hjälper?",
                    "options": [
                        {"text": "Att öva", "right": True, "explanation": "Ja, lite i taget."},
                        {"text": "Att vänta", "right": False, "explanation": "Ofta blir det svårare."},
                    ],
                },
            ],
        },
        {
            "key": "m01-s02",
            "title": "Din dagbok",
            "blocks": [
                {
                    "type": "exercise",
                    "exercise": "activity_diary",
                    "intro": "<p>En rad i taget.</p>",
                    "required_count": 2,
                    "optional": False,
                    "fields": None,
                    "continues": None,
                }
            ],
        },
    ],
}
SECOND: Document = {
    "key": "m02",
    "title": "Fortsätt",
    "goal": "Du övar vidare.",
    "practice_minutes_per_week": 90,
    "unlock": {"release": "therapist", "min_days": 5, "requires": [{"step": "m02-s01", "count": 1}]},
    "steps": [
        {
            "key": "m02-s01",
            "title": "Dagboken igen",
            "blocks": [
                {
                    "type": "exercise",
                    "exercise": "activity_diary",
                    "intro": "",
                    "required_count": 1,
                    "optional": False,
                    "fields": ["date", "block", "activity", "mood"],
                    "continues": "m01-s02",
                }
            ],
        }
    ],
}


class Folder:
    """A program folder that a test changes before it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.program, self.first, self.second = deepcopy(PROGRAM), deepcopy(FIRST), deepcopy(SECOND)

    def written(self) -> Path:
        """The folder, with its files as they are now."""
        files = {"program": self.program, "01-borja": self.first, "02-fortsatt": self.second}
        for stem, document in files.items():
            text = json.dumps(document, ensure_ascii=False)
            (self.path / f"{stem}.json").write_text(text, encoding="utf-8")
        return self.path


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = tmp_path / "mod"
    made.mkdir()
    return Folder(made)


@pytest.fixture
def media_root(settings: LazySettings, tmp_path: Path) -> Path:
    """Files of one test only."""
    settings.MEDIA_ROOT = str(tmp_path / "stored")
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def alfa_page(cast: Cast) -> UnitPage:
    """The tree of both units; returns Alfa's page."""
    ensure_site([cast.alfa, cast.beta], by=None, at=clock.now())
    page: UnitPage = UnitPage.objects.get(unit=cast.alfa)
    return page


@pytest.fixture
def beta_publisher(cast: Cast) -> Person:
    """Who may publish at Beta and at no other unit."""
    return give(person("Berit", "Utgivare"), Role.PUBLISHER, cast.beta)


@pytest.fixture
def imported(alfa_page: UnitPage, folder: Folder) -> Callable[[], ProgramPage]:
    """`imported()`: the folder as it is now, as drafts at Alfa."""
    return lambda: import_program(folder.written(), unit_page=alfa_page, by=None, at=clock.now())


@pytest.fixture
def draft(imported: Callable[[], ProgramPage]) -> ProgramPage:
    """The small program's drafts at Alfa."""
    return imported()


@pytest.fixture
def editor(cast: Cast, draft: ProgramPage, signed_in: SignIn) -> Client:
    """The browser of who writes the draft."""
    return signed_in(cast.editor)


@pytest.fixture
def team(cast: Cast) -> Reviewers:
    """Alfa's reviewers beside her editor and publisher."""
    return reviewers_at(cast.alfa, cast.editor, cast.publisher)


@pytest.fixture
def both(cast: Cast, media_root: Path) -> TwoUnits:
    """Alfa at work in every state Wagtail knows, and Beta beside it."""
    return two_units(cast)


@pytest.fixture
def english() -> Iterator[None]:
    """Sentences in the language of the message ids."""
    with translation.override("en"):
        yield
