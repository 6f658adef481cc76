"""What is decided about a patient's own path: offers, choices, subtypes, and that nothing she wrote is lost."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor
from ikbt.treatments.deciding import answer_offer, choose, open_subtypes
from ikbt.treatments.models import PathDecision, TreatmentEvent, WorksheetEntry
from ikbt.treatments.paths import way_of
from ikbt.treatments.releasing import what_is_missing
from ikbt.treatments.submitting import missing_in_module
from tests.cast import Cast
from tests.ikbt.treatments.tailored import Course, course, exercise_step, module

pytestmark = pytest.mark.django_db
LOW = {"when": [{"instrument": "phq-9", "at_least": 10}]}


def offered(does: str, who: str = "therapist", **more: object) -> dict[str, object]:
    return {"offers": [{"key": "low", "does": does, "who": who, **LOW, **more}]}


def with_offer(cast: Cast, does: str, who: str = "therapist", **more: object) -> Course:
    """m03 carries the offer, m04 is only offered; she scores 16 on PHQ-9."""
    made = course(
        cast,
        module("m01", exercise_step("m01-s01"), release="start"),
        module("m02", exercise_step("m02-s01")),
        module("m03", exercise_step("m03-s01"), unlock=offered(does, who, **more)),
        module("m04", exercise_step("m04-s01"), release="offer"),
    )
    made.answer("phq-9", 2)
    return made


def by_tove(cast: Cast, made: Course, *, accept: bool, reason: str = "") -> PathDecision:
    actor = Actor(id=cast.tove.pk, role="therapist", unit=cast.alfa.pk)
    return answer_offer(
        made.treatment, "m03/low", accept=accept, person=cast.tove, reason=reason, by=actor, at=made.later(3)
    )


def by_her(made: Course, *, accept: bool) -> PathDecision:
    return answer_offer(
        made.treatment,
        "m03/low",
        accept=accept,
        person=made.patient,
        reason="",
        by=made.actor,
        at=made.later(3),
    )


def path(made: Course) -> list[str]:
    return [one["key"] for one in way_of(made.treatment).path]


def test_an_accepted_early_offer_opens_the_module_out_of_its_order_with_the_rule_and_its_numbers(
    cast: Cast,
) -> None:
    made = with_offer(cast, "early")

    decision = by_tove(cast, made, accept=True)

    assert made.open == ["m01", "m03"]
    assert decision.fired == ["PHQ-9 16 (gräns: 10 eller mer)"]
    assert made.treatment.progress.get(module_key="m03").reason == "PHQ-9 16 (gräns: 10 eller mer)"
    # The order of the rest stays: the module before it is still her next one.
    following = way_of(made.treatment).next_module
    assert following is not None
    assert following["key"] == "m02"


def test_the_same_answer_twice_is_one(cast: Cast) -> None:
    made = with_offer(cast, "early")

    for _ in range(2):
        by_tove(cast, made, accept=True)

    assert TreatmentEvent.objects.filter(treatment=made.treatment, kind="offer_accepted").count() == 1
    assert Entry.objects.filter(object_kind="path").count() == 1
    assert made.open == ["m01", "m03"]


def test_a_skipped_module_leaves_her_path(cast: Cast) -> None:
    made = with_offer(cast, "skip")

    by_tove(cast, made, accept=True)

    assert path(made) == ["m01", "m02"]


def test_a_replacing_module_takes_the_place(cast: Cast) -> None:
    made = with_offer(cast, "replace", instead="m04")
    assert path(made) == ["m01", "m02", "m03"]

    by_tove(cast, made, accept=True)

    assert path(made) == ["m01", "m02", "m04"]


def test_a_therapist_declines_with_a_reason_and_may_take_it_up_again(cast: Cast) -> None:
    made = with_offer(cast, "skip")
    with pytest.raises(ValidationError) as refused:
        by_tove(cast, made, accept=False)
    assert refused.value.code == "reason"
    assert not PathDecision.objects.exists()

    by_tove(cast, made, accept=False, reason="Vi väntar lite.")
    assert path(made) == ["m01", "m02", "m03"]

    by_tove(cast, made, accept=True)
    assert path(made) == ["m01", "m02"]


def test_the_patient_decides_only_what_is_offered_to_her(cast: Cast) -> None:
    made = with_offer(cast, "skip", who="therapist")

    with pytest.raises(ValidationError, match="behandlare"):
        by_her(made, accept=True)

    assert path(made) == ["m01", "m02", "m03"]


def test_the_patient_takes_what_is_offered_to_her(cast: Cast) -> None:
    made = with_offer(cast, "early", who="patient")

    by_her(made, accept=True)

    assert made.open == ["m01", "m03"]


def test_an_offer_that_no_longer_fires_is_refused(cast: Cast) -> None:
    made = with_offer(cast, "skip")
    made.answer("phq-9", 0, days=8, kind="weekly")

    with pytest.raises(ValidationError, match="erbjuds inte längre"):
        by_tove(cast, made, accept=True)


def test_with_an_alert_open_the_patient_opens_nothing_and_the_therapist_says_why(cast: Cast) -> None:
    made = with_offer(cast, "early", who="patient")
    made.alert()

    with pytest.raises(ValidationError, match="kan inte öppnas just nu"):
        by_her(made, accept=True)
    with pytest.raises(ValidationError) as refused:
        by_tove(cast, made, accept=True)
    assert refused.value.code == "reason"
    assert made.open == ["m01"]
    assert not PathDecision.objects.exists()

    by_tove(cast, made, accept=True, reason="Ringt, sömnen är viktigast nu.")
    assert made.open == ["m01", "m03"]


def test_too_many_open_modules_stop_her_too(cast: Cast) -> None:
    made = with_offer(cast, "early", who="patient")
    made.treatment.unit.thresholds = {"max_open_modules": 1}
    made.treatment.unit.save()

    with pytest.raises(ValidationError):
        by_her(made, accept=True)

    assert made.open == ["m01"]


# Choices among steps.

FOCUS = {
    "key": "focus",
    "title": "Välj fokus",
    "least": 1,
    "most": 1,
    "options": [
        {"key": "a", "title": "A", "steps": ["m01-s02"]},
        {"key": "b", "title": "B", "steps": ["m01-s03"], "suggest": LOW},
    ],
}


def with_choice(cast: Cast) -> Course:
    steps = [exercise_step(f"m01-s0{number}") for number in (1, 2, 3)]
    return course(
        cast, module("m01", *steps, release="start", choices=[FOCUS]), module("m02", exercise_step("m02-s01"))
    )


def chosen(made: Course, *options: str, group: str = "focus") -> PathDecision:
    return choose(made.treatment, group, options, patient=made.patient, by=made.actor, at=made.later(1))


def visible(made: Course, key: str = "m01") -> list[str]:
    way = way_of(made.treatment)
    return [step["key"] for step in way.steps(way.module(key))]


def missing(made: Course, key: str = "m01") -> list[str]:
    return [one.step for one in missing_in_module(made.treatment, key)]


def test_before_she_has_chosen_the_choice_itself_is_what_is_missing(cast: Cast) -> None:
    made = with_choice(cast)

    assert visible(made) == ["m01-s01"]
    assert missing(made) == ["focus", "m01-s01"]


def test_what_she_has_not_chosen_is_neither_seen_nor_asked_for(cast: Cast) -> None:
    made = with_choice(cast)

    chosen(made, "a")

    assert visible(made) == ["m01-s01", "m01-s02"]
    assert missing(made) == ["m01-s01", "m01-s02"]


@pytest.mark.parametrize("handed_in", [True, False], ids=["handed in", "draft"])
def test_what_she_wrote_before_she_changed_her_mind_is_kept_and_reachable(
    cast: Cast, handed_in: bool
) -> None:
    made = with_choice(cast)
    chosen(made, "a")
    made.write("m01", "m01-s02", handed_in=handed_in, activity="Gick ut")

    chosen(made, "b")

    assert visible(made) == ["m01-s01", "m01-s02", "m01-s03"]
    assert missing(made) == ["m01-s01", "m01-s03"]
    assert WorksheetEntry.objects.get(treatment=made.treatment).values == {"activity": "Gick ut"}


@pytest.mark.parametrize("options", [(), ("a", "b"), ("c",), ("a", "c")])
def test_too_few_too_many_and_unknown_options_are_refused(cast: Cast, options: tuple[str, ...]) -> None:
    made = with_choice(cast)

    with pytest.raises(ValidationError, match="Välj minst 1 och högst 1"):
        chosen(made, *options)

    assert not PathDecision.objects.exists()


def test_after_the_hand_in_the_choice_stays(cast: Cast) -> None:
    made = with_choice(cast)
    chosen(made, "a")
    made.hand_in("m01")

    with pytest.raises(ValidationError, match="ligger fast"):
        chosen(made, "b")


@pytest.mark.parametrize("group", ["nothing", "../focus"])
def test_a_choice_there_is_none_of_is_refused(cast: Cast, group: str) -> None:
    with pytest.raises(ValidationError, match="inget sådant val"):
        chosen(with_choice(cast), "a", group=group)


def test_a_choice_in_a_module_that_is_not_open_is_refused(cast: Cast) -> None:
    made = course(
        cast,
        module("m00", exercise_step("m00-s01"), release="start"),
        module("m01", *[exercise_step(f"m01-s0{n}") for n in (1, 2, 3)], choices=[FOCUS]),
    )

    with pytest.raises(ValidationError, match="inget sådant val"):
        chosen(made, "a")


def test_the_next_module_does_not_wait_for_what_she_did_not_choose(cast: Cast) -> None:
    made = with_choice(cast)
    chosen(made, "a")
    made.write("m01", "m01-s01")
    made.write("m01", "m01-s02")
    made.hand_in("m01")
    made.answer("phq-9", 0)

    assert what_is_missing(made.treatment, at=made.later(6)) == []


# Choices among modules.


def with_modules(cast: Cast) -> Course:
    options = [{"key": key, "title": key, "modules": [key]} for key in ("m02", "m03")]
    return course(
        cast,
        module("m01", exercise_step("m01-s01"), release="start", days=0),
        module("m02", exercise_step("m02-s01"), release="auto", unlock={"weekly": False}),
        module("m03", exercise_step("m03-s01"), release="auto", unlock={"weekly": False}),
        module("m04", exercise_step("m04-s01"), unlock={"weekly": False}),
        choices=[{"key": "way", "title": "Välj väg", "least": 1, "most": 1, "options": options}],
    )


def test_nothing_opens_past_a_choice_she_has_not_made(cast: Cast) -> None:
    made = with_modules(cast)
    made.write("m01", "m01-s01")
    made.hand_in("m01")

    assert made.open == ["m01"]
    assert [one.kind for one in what_is_missing(made.treatment, at=made.later(1))] == ["choice_open"]


def test_the_chosen_module_opens_by_its_own_rule_and_can_be_exchanged_until_handed_in(cast: Cast) -> None:
    made = with_modules(cast)
    made.write("m01", "m01-s01")
    made.hand_in("m01")

    chosen(made, "m02", group="way")
    assert made.open == ["m01", "m02"]

    made.write("m02", "m02-s01", handed_in=False, activity="Påbörjat")
    chosen(made, "m03", group="way")

    assert made.open == ["m01", "m02", "m03"]
    way = way_of(made.treatment)
    assert [one["key"] for one in way.path] == ["m01", "m03", "m04"]
    assert [one["key"] for one in way.beside] == ["m02"]
    assert WorksheetEntry.objects.filter(step_key="m02-s01").exists()


def test_a_module_she_has_handed_in_can_no_longer_be_exchanged(cast: Cast) -> None:
    made = with_modules(cast)
    made.write("m01", "m01-s01")
    made.hand_in("m01")
    chosen(made, "m02", group="way")
    made.hand_in("m02")

    with pytest.raises(ValidationError, match="ligger fast"):
        chosen(made, "m03", group="way")


# Subtypes, and steps shown by a score.


def with_subtypes(cast: Cast) -> Course:
    steps = [
        exercise_step("m01-s01"),
        exercise_step("m01-s02", only_for=["wash"]),
        exercise_step("m01-s03", show={**LOW, "otherwise": "hidden"}),
        exercise_step("m01-s04", show={**LOW, "otherwise": "optional"}),
    ]
    kinds = [{"key": "wash", "title": "Tvätt"}, {"key": "check", "title": "Kontroll"}]
    return course(cast, module("m01", *steps, release="start"), subtypes=kinds)


def opened(cast: Cast, made: Course, *subtypes: str) -> PathDecision:
    actor = Actor(id=cast.tove.pk, role="therapist", unit=cast.alfa.pk)
    return open_subtypes(made.treatment, subtypes, staff=cast.tove, by=actor, at=made.later(1))


def test_a_subtypes_steps_open_with_it_and_are_asked_for(cast: Cast) -> None:
    made = with_subtypes(cast)
    assert visible(made) == ["m01-s01", "m01-s04"]
    assert missing(made) == ["m01-s01"]

    opened(cast, made, "wash")

    assert visible(made) == ["m01-s01", "m01-s02", "m01-s04"]
    assert missing(made) == ["m01-s01", "m01-s02"]


def test_closing_a_subtype_keeps_what_she_wrote_in_its_steps(cast: Cast) -> None:
    made = with_subtypes(cast)
    opened(cast, made, "wash")
    made.write("m01", "m01-s02", activity="Tog i handtaget")

    opened(cast, made)

    assert visible(made) == ["m01-s01", "m01-s02", "m01-s04"]
    assert missing(made) == ["m01-s01"]
    assert WorksheetEntry.objects.get(treatment=made.treatment).values == {"activity": "Tog i handtaget"}


def test_a_subtype_there_is_none_of_is_refused(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        opened(cast, with_subtypes(cast), "hoard")


def test_steps_follow_the_newest_score(cast: Cast) -> None:
    made = with_subtypes(cast)
    made.answer("phq-9", 2)
    assert visible(made) == ["m01-s01", "m01-s03", "m01-s04"]
    assert missing(made) == ["m01-s01", "m01-s03", "m01-s04"]

    made.answer("phq-9", 0, days=8, kind="weekly")

    assert visible(made) == ["m01-s01", "m01-s04"]
    assert missing(made) == ["m01-s01"]
