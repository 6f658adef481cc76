"""A version comes of what two have signed and a third releases, at once or on its day, and of nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.common import clock
from ikbt.outbox.models import Notice
from programs.freezing import freeze
from programs.importing import import_program
from programs.models import DraftEdit, ModulePage, ProgramPage, ProgramReview, ProgramVersion, UnitPage
from programs.publishing import DraftChanged, publish
from programs.releasing import due_releases, release, release_one
from programs.review_rules import Refusal
from programs.reviewing import NotYours, ask_for_review
from tests.cast import Cast, give
from tests.programs.conftest import Folder
from tests.programs.reviewed import Reviewers, released, signed
from tests.programs.test_reviewing import HARD, rewrite

pytestmark = pytest.mark.django_db
Imported = Callable[[], ProgramPage]


def why(review: ProgramReview, someone: Person) -> Refusal | None:
    try:
        release(review, by=someone, at=clock.now())
    except NotYours as refused:
        return refused.why
    return None


def mod_versions() -> int:
    return ProgramVersion.objects.filter(program__key="mod").count()


def test_what_two_have_signed_becomes_a_version_under_the_publishers_name(
    draft: ProgramPage, team: Reviewers, cast: Cast
) -> None:
    review = signed(draft, team)

    version = release(review, by=team.publisher, at=clock.now(), note="Första.")

    assert version is not None
    assert (version.number, version.release_note, version.published_by) == ("1.0", "Första.", team.publisher)
    assert version.content_hash == review.content_hash == freeze(draft).content_hash
    assert version.review == review
    entry = Entry.objects.get(object_kind="program version")
    assert (entry.actor, entry.unit, entry.object_id) == (team.publisher.pk, cast.alfa.pk, str(version.pk))


def test_nothing_is_released_before_both_have_signed(draft: ProgramPage, team: Reviewers) -> None:
    review = ask_for_review(draft, by=team.editor, at=clock.now())

    assert why(review, team.publisher) is Refusal.UNSIGNED
    assert mod_versions() == 0


def test_a_publisher_who_wrote_in_the_draft_does_not_release_it(draft: ProgramPage, team: Reviewers) -> None:
    rewrite(draft, team.publisher)

    assert why(signed(draft, team), team.publisher) is Refusal.WROTE_IT


def test_a_change_sent_to_wagtail_counts_as_writing_also_when_wagtail_forgets(
    draft: ProgramPage, team: Reviewers
) -> None:
    """A module that she removed leaves no row below the program."""
    DraftEdit.objects.create(kind="page", object_id=draft.pk, person=team.publisher, at=clock.now())

    assert why(signed(draft, team), team.publisher) is Refusal.WROTE_IT


def test_what_she_wrote_for_an_earlier_version_does_not_bar_her(
    draft: ProgramPage, alfa_page: UnitPage, folder: Folder, team: Reviewers
) -> None:
    rewrite(draft, team.publisher)
    publish(draft, by=None, at=clock.now())
    folder.first["goal"] = "Ett annat mål."
    brought = import_program(folder.written(), unit_page=alfa_page, by=None, at=clock.now(), replaces=True)

    assert why(signed(brought, team), team.publisher) is None


def test_who_reviewed_it_clinically_does_not_release_it(
    draft: ProgramPage, team: Reviewers, cast: Cast
) -> None:
    """Also where nobody here has written: two people have looked."""
    give(team.clinical, Role.PUBLISHER, cast.alfa)

    assert why(signed(draft, team), team.clinical) is Refusal.REVIEWED_IT


@pytest.mark.parametrize("who", ["editor", "clinical", "language"])
def test_who_is_no_publisher_releases_nothing(who: str, draft: ProgramPage, team: Reviewers) -> None:
    assert why(signed(draft, team), getattr(team, who)) is Refusal.NO_ROLE


def test_another_units_publisher_releases_nothing(
    draft: ProgramPage, team: Reviewers, beta_publisher: Person
) -> None:
    assert why(signed(draft, team), beta_publisher) is Refusal.NO_ROLE


def test_an_ended_role_releases_nothing(draft: ProgramPage, team: Reviewers) -> None:
    review = signed(draft, team)
    RoleAssignment.objects.filter(person=team.publisher).update(ends_at=timezone.now() - timedelta(minutes=1))

    assert why(review, team.publisher) is Refusal.NO_ROLE


def test_an_edit_after_the_signatures_makes_them_void(draft: ProgramPage, team: Reviewers) -> None:
    review = signed(draft, team)
    rewrite(draft, team.editor)

    with pytest.raises(DraftChanged):
        release(review, by=team.publisher, at=clock.now())

    assert mod_versions() == 0


def test_reverting_to_an_earlier_revision_makes_the_signatures_void(
    draft: ProgramPage, team: Reviewers
) -> None:
    module = ModulePage.objects.child_of(draft).order_by("path")[0]
    earlier = module.get_latest_revision()
    rewrite(draft, team.editor)
    review = signed(draft, team)

    earlier.as_object().save_revision(user=team.publisher)

    with pytest.raises(DraftChanged):
        release(review, by=team.publisher, at=clock.now())


def test_hard_text_goes_out_under_the_language_reviewers_name(
    imported: Imported, folder: Folder, team: Reviewers
) -> None:
    folder.first["steps"][0]["blocks"][0]["html"] = f"<p>{HARD}</p>"
    review = signed(imported(), team, hard=True)

    assert release(review, by=team.publisher, at=clock.now()) is not None


def test_a_second_release_of_the_same_review_is_refused(draft: ProgramPage, team: Reviewers) -> None:
    review = signed(draft, team)
    release(review, by=team.publisher, at=clock.now())

    assert why(review, team.publisher) is Refusal.NOT_UNDER_REVIEW


def carried_out(at: datetime) -> list[bool]:
    """What the clock does with releases whose day has come: a version each, or void."""
    return [release_one(review, at=at) for review in due_releases(at=at)]


def test_on_its_day_a_scheduled_release_is_carried_out_once(draft: ProgramPage, team: Reviewers) -> None:
    now = clock.now()
    review = signed(draft, team)
    assert release(review, by=team.publisher, at=now, on=now + timedelta(days=2)) is None

    assert carried_out(now + timedelta(days=1)) == []
    assert carried_out(now + timedelta(days=2)) == [True]
    assert carried_out(now + timedelta(days=2)) == []

    version = ProgramVersion.objects.get(program__key="mod")
    assert (version.published_by, version.review) == (team.publisher, review)


def test_a_day_that_has_passed_is_refused(draft: ProgramPage, team: Reviewers) -> None:
    with pytest.raises(ValidationError):
        release(signed(draft, team), by=team.publisher, at=clock.now(), on=clock.now() - timedelta(minutes=1))


def test_a_scheduled_release_of_a_draft_that_was_changed_is_void(draft: ProgramPage, team: Reviewers) -> None:
    now = clock.now()
    review = signed(draft, team)
    release(review, by=team.publisher, at=now, on=now + timedelta(days=1))
    rewrite(draft, team.editor)

    assert carried_out(now + timedelta(days=1)) == [False]

    review.refresh_from_db()
    told = set(Notice.objects.filter(key__contains=":void:").values_list("person", flat=True))
    assert (review.state, mod_versions()) == ("void", 0)
    assert told == {team.publisher.pk, team.editor.pk}


def test_a_scheduled_release_is_void_when_its_publisher_no_longer_is_one(
    draft: ProgramPage, team: Reviewers
) -> None:
    now = clock.now()
    release(signed(draft, team), by=team.publisher, at=now, on=now + timedelta(days=1))
    RoleAssignment.objects.filter(person=team.publisher).update(ends_at=timezone.now())

    assert carried_out(now + timedelta(days=1)) == [False]
    assert mod_versions() == 0


def test_the_helper_of_other_tests_goes_the_whole_way(draft: ProgramPage, team: Reviewers) -> None:
    assert released(draft, team).number == "1.0"
