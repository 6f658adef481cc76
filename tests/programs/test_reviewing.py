"""A draft is signed by two who have not written it; their names stand for that very content and no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.common import clock
from ikbt.outbox.models import Notice
from programs.models import ModulePage, ProgramPage, ProgramReview, SignOff, Stage
from programs.publishing import DraftChanged, Unpublishable
from programs.review_rules import Refusal
from programs.reviewing import NotYours, ask_for_review, review_of, send_back, sign_off, withdraw_review
from tests.cast import Cast, give
from tests.programs.conftest import Folder
from tests.programs.reviewed import Reviewers, signed

pytestmark = pytest.mark.django_db
Imported = Callable[[], ProgramPage]
HARD = " ".join(["Samhällsvetenskapligt korrelationsbaserade interventionsmodeller"] * 40) + "."


def rewrite(page: ProgramPage, by: Person, title: str = "Annan rubrik") -> None:
    """A change of the first module's title, saved as a draft."""
    module = ModulePage.objects.child_of(page).order_by("path")[0].get_latest_revision_as_object()
    module.title = title
    module.save_revision(user=by)


def why(stage: Stage, review: ProgramReview, someone: Person) -> Refusal | None:
    try:
        sign_off(review, stage, by=someone, at=clock.now())
    except NotYours as refused:
        return refused.why
    return None


def test_a_draft_under_review_is_told_to_reviewers_and_not_to_who_wrote_it(
    draft: ProgramPage, team: Reviewers, cast: Cast
) -> None:
    give(cast.editor, Role.CLINICAL_REVIEWER, cast.alfa)
    rewrite(draft, cast.editor)

    review = ask_for_review(draft, by=cast.editor, at=clock.now(), note="Ny inledning.")

    told = set(Notice.objects.filter(kind="program_waits").values_list("person", flat=True))
    assert (review.state, review.note, told) == (
        "open",
        "Ny inledning.",
        {team.clinical.pk, team.language.pk},
    )


def test_asking_again_for_the_same_content_changes_nothing(draft: ProgramPage, team: Reviewers) -> None:
    first = ask_for_review(draft, by=team.editor, at=clock.now())

    assert ask_for_review(draft, by=team.publisher, at=clock.now()) == first


def test_a_new_content_makes_the_standing_review_void(draft: ProgramPage, team: Reviewers) -> None:
    first = signed(draft, team)
    rewrite(draft, team.editor)

    second = ask_for_review(draft, by=team.editor, at=clock.now())

    first.refresh_from_db()
    assert (first.state, second.sign_offs.count()) == ("void", 0)


def test_what_preflight_stops_is_not_sent_to_anybody(
    imported: Imported, folder: Folder, team: Reviewers
) -> None:
    folder.second["steps"][0]["key"] = "m01-s01"
    folder.second["unlock"]["requires"][0]["step"] = "m01-s01"

    with pytest.raises(Unpublishable, match="m01-s01"):
        ask_for_review(imported(), by=team.editor, at=clock.now())

    assert not ProgramReview.objects.exists()


def test_each_reviewer_signs_her_own_stage_and_no_other(draft: ProgramPage, team: Reviewers) -> None:
    review = ask_for_review(draft, by=team.editor, at=clock.now())

    assert why(Stage.LANGUAGE, review, team.clinical) is Refusal.NO_ROLE
    assert why(Stage.CLINICAL, review, team.language) is Refusal.NO_ROLE
    assert why(Stage.CLINICAL, review, team.publisher) is Refusal.NO_ROLE
    assert why(Stage.CLINICAL, review, team.clinical) is None
    assert why(Stage.CLINICAL, review, team.clinical) is Refusal.SIGNED_ALREADY


def test_a_reviewer_of_another_unit_signs_nothing(draft: ProgramPage, team: Reviewers, cast: Cast) -> None:
    review = ask_for_review(draft, by=team.editor, at=clock.now())

    assert why(Stage.CLINICAL, review, give(cast.olle, Role.CLINICAL_REVIEWER, cast.beta)) is Refusal.NO_ROLE


def test_a_reviewer_whose_role_has_ended_signs_nothing(draft: ProgramPage, team: Reviewers) -> None:
    review = ask_for_review(draft, by=team.editor, at=clock.now())
    RoleAssignment.objects.filter(person=team.clinical).update(ends_at=timezone.now() - timedelta(minutes=1))

    assert why(Stage.CLINICAL, review, team.clinical) is Refusal.NO_ROLE


@pytest.mark.parametrize(
    ("role", "stage"), [(Role.CLINICAL_REVIEWER, Stage.CLINICAL), (Role.LANGUAGE_REVIEWER, Stage.LANGUAGE)]
)
def test_who_wrote_in_the_draft_signs_nothing_of_it(
    role: Role, stage: Stage, draft: ProgramPage, team: Reviewers, cast: Cast
) -> None:
    give(cast.editor, role, cast.alfa)
    rewrite(draft, cast.editor)
    review = ask_for_review(draft, by=team.publisher, at=clock.now())

    assert why(stage, review, cast.editor) is Refusal.WROTE_IT


def test_signing_is_for_the_content_that_was_read(draft: ProgramPage, team: Reviewers) -> None:
    review = ask_for_review(draft, by=team.editor, at=clock.now())
    read = review.content_hash
    rewrite(draft, team.editor)

    with pytest.raises(DraftChanged):
        sign_off(review, Stage.CLINICAL, by=team.clinical, at=clock.now())
    with pytest.raises(DraftChanged):
        sign_off(review, Stage.CLINICAL, by=team.clinical, at=clock.now(), seen=read)

    assert not SignOff.objects.exists()


def test_a_draft_sent_back_goes_to_its_authors_with_the_comment(draft: ProgramPage, team: Reviewers) -> None:
    rewrite(draft, team.publisher)
    review = ask_for_review(draft, by=team.editor, at=clock.now())

    send_back(
        review, Stage.CLINICAL, by=team.clinical, at=clock.now(), comment="Stryk löftet om bot i steg två."
    )

    review.refresh_from_db()
    told = set(Notice.objects.filter(key__contains=":back:").values_list("person", flat=True))
    assert (review.state, review_of(draft)) == ("sent_back", None)
    assert review.sign_offs.get().comment == "Stryk löftet om bot i steg två."
    assert told == {team.editor.pk, team.publisher.pk}


def test_sending_back_needs_words(draft: ProgramPage, team: Reviewers) -> None:
    review = ask_for_review(draft, by=team.editor, at=clock.now())

    with pytest.raises(ValidationError):
        send_back(review, Stage.CLINICAL, by=team.clinical, at=clock.now(), comment="Nej.")


def test_publishers_are_told_when_both_have_signed(draft: ProgramPage, team: Reviewers) -> None:
    signed(draft, team)

    assert [one.person for one in Notice.objects.filter(key__contains=":release:")] == [team.publisher]


def test_text_over_the_limit_needs_the_language_reviewers_name_and_reason(
    imported: Imported, folder: Folder, team: Reviewers
) -> None:
    folder.first["steps"][0]["blocks"][0]["html"] = f"<p>{HARD}</p>"
    review = ask_for_review(imported(), by=team.editor, at=clock.now())

    with pytest.raises(ValidationError) as unsigned:
        sign_off(review, Stage.LANGUAGE, by=team.language, at=clock.now())
    with pytest.raises(ValidationError) as unexplained:
        sign_off(review, Stage.LANGUAGE, by=team.language, at=clock.now(), signs_hard=True)
    done = sign_off(
        review,
        Stage.LANGUAGE,
        by=team.language,
        at=clock.now(),
        signs_hard=True,
        comment="Lagtext som citeras.",
    )

    assert (unsigned.value.code, unexplained.value.code) == ("hard", "comment")
    assert [one["place"] for one in done.signed_hard] == ["Börja (m01)"]


def test_a_review_is_taken_back_by_who_may_write_there(draft: ProgramPage, team: Reviewers) -> None:
    review = ask_for_review(draft, by=team.editor, at=clock.now())

    with pytest.raises(NotYours):
        withdraw_review(review, by=team.clinical, at=clock.now())
    withdraw_review(review, by=team.publisher, at=clock.now())

    review.refresh_from_db()
    assert review.state == "withdrawn"


def test_a_sign_off_is_never_changed(draft: ProgramPage, team: Reviewers) -> None:
    done = signed(draft, team).sign_offs.first()
    assert done is not None

    with pytest.raises(TypeError):
        done.save()


def test_each_step_is_logged_with_who_and_in_which_role(draft: ProgramPage, team: Reviewers) -> None:
    review = signed(draft, team)

    rows = Entry.objects.filter(object_kind="program review", object_id=str(review.pk)).order_by("at", "seq")
    assert [(row.actor, row.role, row.reason) for row in rows] == [
        (team.editor.pk, "editor", "asked"),
        (team.clinical.pk, "clinical_reviewer", "clinical signed"),
        (team.language.pk, "language_reviewer", "language signed"),
    ]
