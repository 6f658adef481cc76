"""A therapist moves one patient to a later main version, knowing what happens to each answer; nobody else is moved."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.models import ModuleProgress, Treatment, TreatmentEvent, WorksheetEntry
from ikbt.treatments.moving import later_version, move_treatment, preview
from ikbt.treatments.reading import outline_of
from ikbt.treatments.version_preview import Fate, module_fate
from programs.activating import activate
from programs.exercises.definitions import load_all
from programs.models import ProgramVersion, Withdrawal
from tests.cast import MODULES, Cast
from tests.conftest import SignIn
from tests.programs.versions import gone, next_version, titled, with_step, without_step

pytestmark = pytest.mark.django_db
REASON = "Vi går över till den nya texten tillsammans."


def later(cast: Cast, **changes: Any) -> ProgramVersion:
    """A main version that Alfa treats by."""
    version = next_version(cast.version, major=True, **changes)
    activate(version, unit=cast.alfa, by=None, at=clock.now())
    return version


def write(cast: Cast, step: str = "m01-s03", exercise: str = "goal_setting") -> WorksheetEntry:
    """Something that Anna has handed in."""
    now = clock.now()
    return WorksheetEntry.objects.create(
        treatment=cast.treatment,
        module_key="m01",
        step_key=step,
        exercise=exercise,
        definition_hash=load_all()[exercise].content_hash,
        state=WorksheetEntry.State.HANDED_IN,
        values={"goals": [{"goal": "Promenera varje dag"}]},
        client_key=uuid4(),
        created_at=now,
        saved_at=now,
        handed_in_at=now,
    )


def move(cast: Cast, version: ProgramVersion, *modules: str, reason: str = REASON) -> Treatment:
    return move_treatment(
        cast.treatment, version, modules=modules, reason=reason, moved_by=cast.tove, by=SYSTEM, at=clock.now()
    )


def test_each_step_is_told_as_kept_changed_gone_or_new() -> None:
    old = MODULES[0]
    new = with_step("m01-s04", "Mer")(without_step("m01-s02")(old))  # type: ignore[arg-type]
    assert new is not None
    new["steps"][0]["title"] = "Hej"

    told = module_fate(old, new, handed_in=False, entries={"m01-s02": 3})

    assert [(step.key, step.fate, step.entries) for step in told.steps] == [
        ("m01-s01", Fate.CHANGED, 0),
        ("m01-s02", Fate.GONE, 3),
        ("m01-s03", Fate.KEPT, 0),
        ("m01-s04", Fate.NEW, 0),
    ]


def test_a_step_with_answers_and_another_exercise_keeps_its_module_as_it_was() -> None:
    new = titled("Samma")(MODULES[0])
    assert new is not None
    new["steps"][2]["blocks"][0]["exercise"] = "worry_diary"

    assert module_fate(MODULES[0], new, handed_in=False, entries={}).may_move
    assert not module_fate(MODULES[0], new, handed_in=False, entries={"m01-s03": 1}).may_move


def test_only_a_later_main_version_that_the_unit_treats_by_is_offered(cast: Cast) -> None:
    assert later_version(cast.treatment) is None
    unused = next_version(cast.version, major=True)
    assert later_version(cast.treatment) is None
    activate(unused, unit=cast.alfa, by=None, at=clock.now())
    assert later_version(cast.treatment) == unused
    Withdrawal.objects.create(version=unused, reason="Fel.", at=clock.now(), by=cast.publisher)
    assert later_version(cast.treatment) is None


def test_a_move_takes_the_chosen_modules_and_leaves_the_others_as_they_were_read(cast: Cast) -> None:
    version = later(cast, m01=titled("Ett, ny"), m02=titled("Två, ny"))

    move(cast, version)

    treatment = Treatment.objects.of_patient(cast.anna.pk).get()
    assert treatment.version == version
    assert [one["title"] for one in outline_of(treatment)["modules"]] == ["Första modulen", "Två, ny"]


def test_a_chosen_open_module_is_read_anew_and_remembers_what_was_read(cast: Cast) -> None:
    version = later(cast, m01=titled("Ett, ny"))
    read = cast.version.modules.get(key="m01")

    move(cast, version, "m01")

    progress = ModuleProgress.objects.get(treatment=cast.treatment, module_key="m01")
    assert (progress.module, progress.earlier) == (version.modules.get(key="m01"), [str(read.pk)])


def test_answers_to_a_step_that_is_gone_stay_readable_in_the_record(cast: Cast, signed_in: SignIn) -> None:
    entry = write(cast)
    version = later(cast, m01=without_step("m01-s03"))

    move(cast, version, "m01")

    assert WorksheetEntry.objects.get(pk=entry.pk).values == entry.values
    html = signed_in(cast.tove).get(reverse("therapist:patient", args=[cast.treatment.pk])).content.decode()
    assert "Promenera varje dag" in html
    assert "Mina mål" in html


def test_a_module_that_is_gone_stays_for_who_has_opened_it(cast: Cast, signed_in: SignIn) -> None:
    version = later(cast, m01=gone)

    move(cast, version)

    page = signed_in(cast.anna).get(reverse("treatments:module", args=[cast.treatment.pk, "m01"]))
    assert page.status_code == 200
    assert "Första modulen" in page.content.decode()


def test_nobody_else_is_moved(cast: Cast) -> None:
    move(cast, later(cast, m02=titled("Två, ny")))

    cast.other_treatment.refresh_from_db()
    assert cast.other_treatment.version == cast.version


def test_there_is_no_way_back_and_no_second_move(cast: Cast) -> None:
    version = later(cast, m02=titled("Två, ny"))
    move(cast, version)

    for target in (version, cast.version):
        with pytest.raises(ValidationError):
            move(cast, target)


def test_a_version_of_another_program_or_one_the_unit_does_not_treat_by_is_refused(cast: Cast) -> None:
    unused = next_version(cast.version, major=True)

    with pytest.raises(ValidationError):
        move(cast, unused)


def test_a_move_needs_a_reason_and_a_running_treatment(cast: Cast) -> None:
    version = later(cast)
    with pytest.raises(ValidationError):
        move(cast, version, reason="Ny.")
    cast.treatment.state = Treatment.State.CLOSED
    cast.treatment.save()

    with pytest.raises(ValidationError):
        move(cast, version)


def test_a_module_that_may_not_move_is_refused_though_it_is_asked_for(cast: Cast) -> None:
    version = later(cast, m01=gone)

    with pytest.raises(ValidationError):
        move(cast, version, "m01")


def test_the_move_is_an_event_with_its_reason_and_is_logged(cast: Cast) -> None:
    move(cast, later(cast), "m01")

    event = TreatmentEvent.objects.get(treatment=cast.treatment, kind="version_changed")
    assert (event.actor, event.reason) == (cast.tove, REASON)
    assert event.details == {"from": "1.0", "to": "2.0", "modules": ["m01"]}
    entry = Entry.objects.get(object_kind="program of a treatment")
    assert (entry.patient, entry.reason) == (cast.anna.pk, "1.0 to 2.0")


def test_the_page_shows_each_answers_fate_and_moves_her(cast: Cast, signed_in: SignIn) -> None:
    write(cast)
    version = later(cast, m01=without_step("m01-s03"), m02=titled("Två, ny"))
    tove, place = signed_in(cast.tove), reverse("therapist:version", args=[cast.treatment.pk])

    desk = tove.get(reverse("therapist:patient", args=[cast.treatment.pk])).content.decode()
    shown = tove.get(place).content.decode()
    answer = tove.post(place, {"to": version.number, "modules": ["m01"], "reason": REASON})

    assert place in desk
    assert "Mina mål" in shown
    assert answer.status_code == 302
    cast.treatment.refresh_from_db()
    assert cast.treatment.version == version


def test_a_refused_move_keeps_what_was_typed(cast: Cast, signed_in: SignIn) -> None:
    version = later(cast)
    place = reverse("therapist:version", args=[cast.treatment.pk])

    answer = signed_in(cast.tove).post(place, {"to": version.number, "reason": "Kort."})

    assert answer.status_code == 422
    assert "Kort." in answer.content.decode()


def test_outsiders_find_no_such_page(cast: Cast, signed_in: SignIn) -> None:
    later(cast)
    for outsider in [*cast.outsiders, cast.anna]:
        answer = signed_in(outsider).get(reverse("therapist:version", args=[cast.treatment.pk]))
        assert answer.status_code in {403, 404}, outsider


def test_a_preview_names_modules_that_come_and_go(cast: Cast) -> None:
    def third(document: dict[str, Any]) -> dict[str, Any]:
        return {**document, "key": "m03", "title": "Tredje"}

    version = later(cast, m02=third)

    found = preview(cast.treatment, version)

    assert (found.new_titles, found.gone_titles) == (["Tredje"], ["Andra modulen"])
