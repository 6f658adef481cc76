"""A region with a history for the pages that are looked at, seeded as the demo is, and who is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F
from django.test import override_settings

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.common import clock
from ikbt.demo.seeding import seed_region
from ikbt.treatments.models import Alert, ModuleProgress, Treatment
from measurements.models import Occasion
from programs.models import ModulePage, UnitPage
from tests.conftest import signed_in_client

PATIENTS = 30


@dataclass(frozen=True)
class Region:
    """Whose pages are looked at, and the addresses that need more than a name."""

    patient: Person
    newcomer: Person
    therapist: Person
    stranger: Person
    editor: Person
    manager: Person
    addresses: dict[str, str]


def seeded_region() -> Region:
    """Thirty treatments over half a year, made by the functions that make the demo."""
    with override_settings(DEMO_PROFILE=True):
        seed_region(PATIENTS, told=lambda done, of: None)
    alert = Alert.objects.filter(level="high", closed_at=None).order_by("-raised_at")[0]
    therapist = alert.treatment.therapist
    rich, newcomer = _with_history(), _newcomer()
    return Region(
        patient=rich.patient,
        newcomer=newcomer.patient,
        therapist=therapist,
        # Not the therapist of the patient whose page she is refused either.
        stranger=_someone(Role.THERAPIST, apart_from=[therapist, rich.therapist]),
        editor=_someone(Role.EDITOR, apart_from=[therapist], unit=rich.version.program.unit_id),
        # Of the unit with most ended treatments to count.
        manager=_someone(Role.UNIT_MANAGER, apart_from=[], unit=_busiest()),
        addresses={
            "unit": "/enhet/",
            "forecast": "/enhet/prognos/",
            "outcomes": "/utfall/?delat=unit",
            **_patients_pages(rich, newcomer),
            "list": "/arbetslista/",
            "patient": f"/arbetslista/{alert.treatment_id}/",
            "alert": f"/arbetslista/{alert.treatment_id}/larm/{alert.pk}/",
            **_pages_with_work(therapist),
            "editor": f"/admin/pages/{_module_page(rich.version.program.unit_id)}/edit/",
        },
    )


def session_of(person: Person) -> str:
    """The key of a session with password and second factor given."""
    return str(signed_in_client(person).cookies[settings.SESSION_COOKIE_NAME].value)


def _with_history() -> Treatment:
    """Running, with a module begun, several answered and something said."""
    running = Treatment.objects.filter(state=Treatment.State.ACTIVE).annotate(
        modules=Count("progress", distinct=True), said=Count("messages", distinct=True)
    )
    open_now = running.filter(modules__gte=3, said__gte=2, progress__submitted_at=None, alerts=None)
    return open_now.order_by("-modules", "-said").select_related("patient", "version__program")[0]


def _newcomer() -> Treatment:
    """Who began last: all questionnaires of the start wait."""
    return Treatment.objects.filter(state=Treatment.State.ACTIVE).order_by("-starts_on")[0]


def _someone(role: Role, *, apart_from: list[Person], unit: UUID | None = None) -> Person:
    found = Person.objects.filter(roles__role=role).exclude(pk__in=[person.pk for person in apart_from])
    return (found.filter(roles__unit=unit) if unit else found)[0]


def _busiest() -> UUID:
    ended = Treatment.objects.exclude(state=Treatment.State.ACTIVE).values("unit")
    return UUID(str(ended.annotate(n=Count("pk")).order_by("-n")[0]["unit"]))


def _patients_pages(rich: Treatment, newcomer: Treatment) -> dict[str, str]:
    own = f"/behandling/{rich.pk}"
    progress = ModuleProgress.objects.filter(treatment=rich, submitted_at=None).order_by("-position")[0]
    module = next(one for one in rich.version.outline["modules"] if one["key"] == progress.module_key)
    first = module["steps"][0]
    exercise = next(step for step in module["steps"] if step["exercise"] and step["required_count"] > 1)
    occasion = Occasion.objects.open(clock.now()).filter(series=newcomer.series_id, instrument__slug="phq-9")[
        0
    ]
    return {
        "home": f"{own}/",
        "module": f"{own}/modul/{module['key']}/",
        "step": f"{own}/modul/{module['key']}/steg/{first['key']}/",
        "exercise": f"{own}/modul/{module['key']}/steg/{exercise['key']}/",
        "questionnaire": f"/behandling/{newcomer.pk}/skattning/{occasion.pk}/",
        "help": f"{own}/hjalp/",
        "messages": f"{own}/meddelanden/",
        "graph": f"{own}/min-kurva/",
        "denied": f"/arbetslista/{rich.pk}/",
    }


def _pages_with_work(therapist: Person) -> dict[str, str]:
    """Handed-in work that waits for feedback, and a conversation, both with this therapist."""
    active = Treatment.objects.filter(therapist=therapist, state=Treatment.State.ACTIVE)
    begun = ModuleProgress.objects.filter(treatment__in=active)
    waiting = begun.exclude(submitted_at=None).order_by(F("feedback_at").desc(nulls_first=True))[0]
    talk = Treatment.objects.filter(therapist=therapist).annotate(said=Count("messages")).order_by("-said")[0]
    return {
        "feedback": f"/arbetslista/{waiting.treatment_id}/modul/{waiting.module_key}/",
        "desk-messages": f"/arbetslista/{talk.pk}/meddelanden/",
    }


def _module_page(unit: UUID) -> int:
    # Of the editor's own unit: at another's Wagtail sends her away, with a red bar on the page she lands on.
    page = ModulePage.objects.descendant_of(UnitPage.objects.get(unit=unit)).order_by("path").first()
    if page is None:
        raise LookupError("the shipped program has no modules")
    return int(page.pk)
