"""A recalled module is hidden at once from who reads it; her words stay hers, and two must lift it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.outbox.models import Notice
from ikbt.treatments.models import Alert, ModuleProgress, TreatmentEvent, WorksheetEntry
from ikbt.treatments.recalling import (
    NotAPublisher,
    ask_to_lift,
    lift,
    read_mended,
    recall_module,
    waiting_for_mended,
)
from ikbt.treatments.releasing import open_module
from programs.activating import activate
from programs.models import ProgramPage, ProgramVersion, Recall, UnitPage
from programs.site_tree import ensure_site
from tests.cast import Cast, give, person
from tests.conftest import SignIn
from tests.ikbt.treatments.test_moving import write
from tests.programs.versions import next_version, titled

pytestmark = pytest.mark.django_db
REASON, MESSAGE = (
    "Steg två råder till för hårda övningar.",
    "Gör inte övningarna just nu. Vila och skriv till oss.",
)


def recall(cast: Cast, key: str = "m01", *versions: ProgramVersion, by: Person | None = None) -> Recall:
    ids = [version.pk for version in versions or (cast.version,)]
    return recall_module(
        cast.version.program,
        key,
        versions=ids,
        reason=REASON,
        message=MESSAGE,
        by=by or cast.publisher,
        at=clock.now(),
    )


def second(cast: Cast) -> Person:
    return give(person("Sven", "Utgivare"), Role.PUBLISHER, cast.alfa)


def test_the_module_and_its_steps_are_hidden_at_once_with_a_plain_message(
    cast: Cast, signed_in: SignIn
) -> None:
    recall(cast)
    anna = signed_in(cast.anna)
    module = reverse("treatments:module", args=[cast.treatment.pk, "m01"])

    shown = anna.get(module).content.decode()
    step = anna.get(reverse("treatments:step", args=[cast.treatment.pk, "m01", "m01-s01"]))
    printed = anna.get(reverse("treatments:booklet", args=[cast.treatment.pk, "m01"])).content.decode()
    home = anna.get(reverse("treatments:treatment", args=[cast.treatment.pk]))

    assert MESSAGE in shown
    assert "Förstå hur det hänger ihop." not in shown
    assert (step.status_code, step["Location"]) == (302, module)
    assert "Det här är en text." not in printed
    assert home.context["next_step"] is None
    assert not home.context["diaries"]


def test_a_text_that_is_being_written_is_kept(cast: Cast, signed_in: SignIn) -> None:
    entry = write(cast)
    anna, key = signed_in(cast.anna), "9c0bd7a4-1f41-4d34-9a9e-6c2d5d3c7a11"
    recall(cast)

    place = reverse("treatments:hand_in_entry", args=[cast.treatment.pk, "m01", "m01-s02"])
    anna.post(place, {"client_key": key, "revision": "0", "activity": "Promenad"})

    kept = WorksheetEntry.objects.get(client_key=key)
    assert (kept.values.get("activity"), kept.state) == ("Promenad", "draft")
    assert WorksheetEntry.objects.filter(pk=entry.pk).exists()


def test_each_therapist_gets_a_task_and_each_patient_a_neutral_notice(cast: Cast, signed_in: SignIn) -> None:
    recall(cast)

    owners = set(Alert.objects.filter(kind="recall", closed_at=None).values_list("owner", flat=True))
    told = set(Notice.objects.filter(key__startswith="recall:").values_list("person", "kind"))
    assert owners == {cast.tove.pk, cast.olle.pk}
    assert told == {(cast.anna.pk, "new_message"), (cast.pia.pk, "new_message")}
    desk = signed_in(cast.tove)
    alert = Alert.objects.get(kind="recall", treatment=cast.treatment)
    assert "återkallad" in desk.get(reverse("therapist:caseload")).content.decode()
    assert REASON in desk.get(reverse("therapist:alert", args=[cast.treatment.pk, alert.pk])).content.decode()


def test_who_has_not_opened_it_gets_no_task_and_cannot_open_it(cast: Cast) -> None:
    recall(cast, "m02")

    assert not Alert.objects.filter(kind="recall").exists()
    with pytest.raises(ValidationError) as refused:
        open_module(cast.treatment, "m02", opened_by=cast.tove, reason="Redo nu.", by=SYSTEM, at=clock.now())
    assert refused.value.code == "recalled"


def test_a_version_that_is_not_named_stays_readable(cast: Cast, signed_in: SignIn) -> None:
    other = next_version(cast.version, major=True, m01=titled("Ett, ny"))
    recall(cast, "m01", other)

    page = signed_in(cast.anna).get(reverse("treatments:module", args=[cast.treatment.pk, "m01"]))
    assert MESSAGE not in page.content.decode()


@pytest.mark.parametrize("who", ["editor", "tove", "manager", "administrator"])
def test_only_a_publisher_of_the_owning_unit_recalls(who: str, cast: Cast) -> None:
    with pytest.raises(NotAPublisher):
        recall(cast, by=getattr(cast, who))
    with pytest.raises(NotAPublisher):
        recall(cast, by=give(person("Berit", "Annan"), Role.PUBLISHER, cast.beta))


def test_a_recall_needs_words_to_staff_and_to_patients(cast: Cast) -> None:
    words = {"versions": [cast.version.pk], "by": cast.publisher, "at": clock.now()}
    for reason, message in (("Fel.", MESSAGE), (REASON, "Fel.")):
        with pytest.raises(ValidationError):
            recall_module(cast.version.program, "m01", reason=reason, message=message, **words)  # type: ignore[arg-type]


def test_lifting_takes_two(cast: Cast, signed_in: SignIn) -> None:
    made, now = recall(cast), clock.now()
    with pytest.raises(ValidationError):
        lift(made, by=cast.publisher, at=now)
    ask_to_lift(made, reason="Texten var riktig ändå.", by=cast.publisher, at=now)
    with pytest.raises(ValidationError):
        lift(made, by=cast.publisher, at=now)

    lift(made, by=second(cast), at=now)

    page = signed_in(cast.anna).get(reverse("treatments:module", args=[cast.treatment.pk, "m01"]))
    assert "Förstå hur det hänger ihop." in page.content.decode()
    assert TreatmentEvent.objects.filter(treatment=cast.treatment, kind="module_back").exists()


@pytest.mark.parametrize("follows", [True, False])
def test_a_mended_minor_version_takes_its_place_by_the_clock_whatever_the_unit_follows(
    cast: Cast, *, follows: bool
) -> None:
    activate(cast.version, unit=cast.alfa, by=cast.manager, at=clock.now(), follows=follows)
    recall(cast)
    assert waiting_for_mended() == []
    mended = next_version(cast.version, major=False, m01=titled("Ett, rättad"))

    done = [read_mended(row, at=clock.now()) for row in waiting_for_mended()]

    progress = ModuleProgress.objects.get(treatment=cast.treatment, module_key="m01")
    assert done == [True, True]
    assert progress.module == mended.modules.get(key="m01")
    assert waiting_for_mended() == []


def test_the_page_recalls_and_lifts(cast: Cast, signed_in: SignIn, draft_page: int) -> None:
    place, publisher = reverse("program_recall", args=[draft_page]), signed_in(cast.publisher)
    publisher.get(place)

    refused = publisher.post(place, {"module": "m01", "versions": [str(cast.version.pk)], "reason": REASON})
    assert (refused.status_code, REASON in refused.content.decode()) == (422, True)
    publisher.post(
        place, {"module": "m01", "versions": [str(cast.version.pk)], "reason": REASON, "message": MESSAGE}
    )
    made = Recall.objects.get()
    lifting = reverse("program_lift_recall", args=[draft_page, made.pk])
    publisher.post(lifting, {"reason": "Texten var riktig."})
    publisher.post(lifting, {"confirm": "1"})
    made.refresh_from_db()
    assert made.lifted_at is None
    signed_in(second(cast)).post(lifting, {"confirm": "1"})

    made.refresh_from_db()
    assert made.lifted_at is not None


def test_outsiders_find_no_such_page(cast: Cast, signed_in: SignIn, draft_page: int) -> None:
    foreign = give(person("Berit", "Annan"), Role.PUBLISHER, cast.beta)
    for outsider in (cast.anna, cast.tove, cast.editor, cast.manager, cast.administrator, foreign):
        assert signed_in(outsider).get(reverse("program_recall", args=[draft_page])).status_code == 404


@pytest.fixture
def draft_page(cast: Cast) -> int:
    """The page on which the cast's program is drafted."""
    ensure_site([cast.alfa, cast.beta], by=None, at=clock.now())
    page = ProgramPage(title="Ett litet program", slug="litet", key="liten", summary="Text.", live=False)
    UnitPage.objects.get(unit=cast.alfa).add_child(instance=page)
    cast.version.program.page = page
    cast.version.program.save()
    return int(page.pk)
