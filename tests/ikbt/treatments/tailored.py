"""A course through a small program that uses every form of tailoring, and what may happen in it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM, Actor
from ikbt.common import clock
from ikbt.treatments.answering import answer_occasion
from ikbt.treatments.models import Alert, ModuleProgress, Treatment, WorksheetEntry
from ikbt.treatments.starting import start_treatment
from ikbt.treatments.submitting import hand_in_module
from measurements.models import Occasion
from programs.activating import activate
from programs.block_documents import MediaBox
from programs.freezing import outline_of
from programs.models import FrozenModule, ProgramVersion
from tests.cast import DECIDED, Cast, give, person
from tests.ikbt.treatments.patient import answers

Document = dict[str, Any]


def exercise_step(key: str, *, count: int = 1, **more: object) -> Document:
    """A step with a diary."""
    block = {
        "type": "exercise",
        "exercise": "activity_diary",
        "intro": "",
        "required_count": count,
        "optional": False,
        "fields": None,
        "continues": None,
        "definition_hash": "",
    }
    return {"key": key, "title": f"Steg {key}", "minutes": 2, "blocks": [block], **more}


def module(key: str, *steps: Document, release: str = "therapist", days: int = 5, **more: Any) -> Document:
    """A module whose unlock asks for each of its exercises."""
    unlock = more.pop("unlock", {})
    requires = [{"step": step["key"], "count": step["blocks"][0]["required_count"]} for step in steps]
    return {
        "key": key,
        "title": f"Modul {key}",
        "goal": "Ett mål.",
        "practice_minutes_per_week": 60,
        "unlock": {"release": release, "min_days": days, "requires": requires, **unlock},
        "steps": list(steps),
        **more,
    }


MEASURES = [
    {"instrument": "phq-9", "when": "pre"},
    {"instrument": "gad-7", "when": "pre"},
    {"instrument": "phq-9", "when": "weekly"},
]
LOW = {"when": [{"instrument": "phq-9", "at_least": 10}]}


@dataclass
class Course:
    """A treatment, its patient and the moment of its start."""

    treatment: Treatment
    patient: Person
    at: datetime

    @property
    def actor(self) -> Actor:
        """The patient, as the log knows her."""
        return Actor(id=self.patient.pk, role="patient", unit=self.treatment.unit_id)

    def later(self, days: int) -> datetime:
        """Days after the start."""
        return self.at + timedelta(days=days)

    def hand_in(self, key: str, *, days: int = 0) -> ModuleProgress:
        """She hands in a module, gaps or not."""
        return hand_in_module(
            self.treatment,
            key,
            patient=self.patient,
            confirmed=True,
            by=self.actor,
            at=self.later(days),
        )

    def answer(self, slug: str, value: int, *, days: int = 0, kind: str = "pre") -> None:
        """She gives each question of an instrument the same value, the risk question no."""
        occasion = Occasion.objects.select_related("instrument").filter(
            series=self.treatment.series_id, instrument__slug=slug, kind=kind, answered_at=None
        )
        one = occasion.order_by("opens_at").first()
        assert one is not None
        values = [value] * (8 if slug == "phq-9" else 7) + ([0] if slug == "phq-9" else [])
        typed = {key.removeprefix("q_"): code for key, code in answers(one, values).items()}
        answer_occasion(
            self.treatment,
            one,
            typed,
            language="sv",
            client_key=uuid4(),
            given_by=self.patient,
            by=self.actor,
            at=self.later(days),
        )

    def write(self, module_key: str, step_key: str, *, handed_in: bool = True, **values: object) -> None:
        """She writes an entry."""
        WorksheetEntry.objects.create(
            treatment=self.treatment,
            module_key=module_key,
            step_key=step_key,
            exercise="activity_diary",
            definition_hash="",
            state=WorksheetEntry.State.HANDED_IN if handed_in else WorksheetEntry.State.DRAFT,
            values=values,
            client_key=uuid4(),
            created_at=self.at,
            saved_at=self.at,
            handed_in_at=self.at if handed_in else None,
        )

    def alert(self, level: str = Alert.Level.HIGH) -> Alert:
        """Something is open that needs a human."""
        return Alert.objects.create(
            treatment=self.treatment,
            kind=Alert.Kind.RISK,
            level=level,
            raised_at=self.at,
            due_at=self.at,
            owner=self.treatment.therapist,
        )

    @property
    def open(self) -> list[str]:
        """Keys of the modules that are open."""
        return list(self.treatment.progress.order_by("position").values_list("module_key", flat=True))


def course(cast: Cast, *modules: Document, patient: Person | None = None, **program: object) -> Course:
    """A new patient begins a program of these modules at Alfa with Tove, 30 days ago."""
    at = clock.now() - timedelta(days=30)
    documents = [deepcopy(one) for one in modules]
    about = {**cast.version.outline, "measures": MEASURES, **program}
    version = ProgramVersion.objects.create(
        program=cast.version.program,
        major=ProgramVersion.objects.count() + 1,
        outline=outline_of(about, documents, MediaBox()),
        content_hash="0" * 64,
        published_at=at,
    )
    definitions = FrozenModule.objects.filter(version=cast.version).first().definitions  # type: ignore[union-attr]
    for position, document in enumerate(documents, start=1):
        FrozenModule.objects.create(
            version=version,
            position=position,
            key=document["key"],
            document=document,
            definitions=definitions,
        )
    activate(version, unit=cast.alfa, by=None, at=at, follows=True)
    someone = patient or give(person(f"Vera{uuid4().hex[:6]}", "Ny"), Role.PATIENT)
    treatment = start_treatment(
        someone,
        version=version,
        unit=cast.alfa,
        therapist=cast.tove,
        starts_on=clock.local_date(at),
        decision=DECIDED,
        by=SYSTEM,
        at=at,
    )
    return Course(treatment, someone, at)
