"""The pages of review and release: each sees what is hers to do next, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from ikbt.accounts.roles import Role
from ikbt.common import clock
from programs.models import DraftEdit, ModulePage, ProgramPage, ProgramVersion, Stage
from programs.reviewing import ask_for_review, sign_off
from tests.cast import Cast, give
from tests.conftest import SignIn
from tests.programs.conftest import Folder
from tests.programs.reviewed import Reviewers, signed
from tests.programs.test_reviewing import HARD

pytestmark = pytest.mark.django_db


def place(draft: ProgramPage, name: str = "program_review", *more: str) -> str:
    return reverse(name, args=[draft.pk, *more])


def seen(client: Client, draft: ProgramPage) -> str:
    found: str = client.get(place(draft)).context["draft"].frozen.content_hash
    return found


def test_from_draft_to_version_through_the_pages(
    draft: ProgramPage, team: Reviewers, signed_in: SignIn
) -> None:
    editor, clinical, language, publisher = (
        signed_in(one) for one in (team.editor, team.clinical, team.language, team.publisher)
    )
    content = seen(editor, draft)

    editor.post(place(draft), {"seen": content, "note": "Läs modul ett."})
    clinical.post(place(draft, "program_sign", "clinical"), {"seen": content, "verdict": "sign"})
    language.post(place(draft, "program_sign", "language"), {"seen": content, "verdict": "sign"})
    done = publisher.post(place(draft, "program_publish"), {"seen": content, "note": "Första."}, follow=True)

    version = ProgramVersion.objects.get(program__key="mod")
    html = done.content.decode()
    assert version.published_by == team.publisher
    assert all(name in html for name in ("Klara Klinik", "Siri Ordell", "Petra Utgivare", "Läs modul ett."))


def test_a_reviewer_who_writes_nothing_finds_what_waits_and_reads_it_as_a_patient(
    draft: ProgramPage, team: Reviewers, signed_in: SignIn
) -> None:
    ask_for_review(draft, by=team.editor, at=clock.now())
    client = signed_in(team.clinical)

    welcome = client.get("/admin/").content.decode()
    page = client.get(place(draft)).content.decode()
    module = client.get(place(draft, "program_read", "m01")).content.decode()

    assert place(draft) in welcome
    assert place(draft, "program_sign", "clinical") in page
    assert place(draft, "program_sign", "language") not in page
    assert "Fint att du är <strong>här</strong>." in module
    assert client.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).status_code == 404
    assert client.get(reverse("wagtailadmin_explore_root")).status_code == 404


@pytest.mark.parametrize("name", ["review", "withdraw", "sign", "read", "publish"])
@pytest.mark.parametrize("who", ["anna", "tove", "manager", "administrator", "auditor", "olle"])
def test_outsiders_and_other_units_reviewers_find_no_such_page(
    name: str, who: str, draft: ProgramPage, team: Reviewers, cast: Cast, signed_in: SignIn
) -> None:
    give(cast.olle, Role.CLINICAL_REVIEWER, cast.beta)
    give(cast.olle, Role.PUBLISHER, cast.beta)
    review = signed(draft, team)
    more, name = {"sign": ["clinical"], "read": ["m01"]}.get(name, []), f"program_{name}"
    client = signed_in(getattr(cast, who))

    assert client.get(place(draft, name, *more)).status_code in {404, 405}
    answer = client.post(place(draft, name, *more), {"seen": review.content_hash, "verdict": "sign"})
    assert answer.status_code in {404, 405}
    review.refresh_from_db()
    assert (review.state, review.sign_offs.count()) == ("open", 2)


def test_a_refused_signature_keeps_what_was_typed(
    imported: Callable[[], ProgramPage], folder: Folder, team: Reviewers, signed_in: SignIn
) -> None:
    folder.first["steps"][0]["blocks"][0]["html"] = f"<p>{HARD}</p>"
    draft = imported()
    review = ask_for_review(draft, by=team.editor, at=clock.now())
    client = signed_in(team.language)

    answer = client.post(
        place(draft, "program_sign", "language"),
        {"seen": review.content_hash, "verdict": "sign", "comment": "Citerad lagtext."},
    )

    assert answer.status_code == 200
    assert "Citerad lagtext." in answer.content.decode()
    assert not review.sign_offs.exists()


def test_sending_back_shows_the_comment_to_the_editor(
    draft: ProgramPage, team: Reviewers, signed_in: SignIn
) -> None:
    review = ask_for_review(draft, by=team.editor, at=clock.now())
    signed_in(team.clinical).post(
        place(draft, "program_sign", "clinical"),
        {"seen": review.content_hash, "verdict": "back", "comment": "Stryk löftet om bot."},
    )

    assert "Stryk löftet om bot." in signed_in(team.editor).get(place(draft)).content.decode()


def test_whoever_saves_in_wagtail_has_written_in_the_draft(
    draft: ProgramPage, team: Reviewers, signed_in: SignIn
) -> None:
    client = signed_in(team.publisher)
    module = ModulePage.objects.child_of(draft).order_by("path")[0]

    client.post(reverse("wagtailadmin_pages:delete", args=[module.pk]))

    edit = DraftEdit.objects.get()
    assert (edit.kind, edit.object_id, edit.person) == ("page", draft.pk, team.publisher)


def test_looking_at_a_draft_is_no_writing(draft: ProgramPage, team: Reviewers, signed_in: SignIn) -> None:
    client = signed_in(team.publisher)

    client.get(reverse("wagtailadmin_pages:edit", args=[draft.pk]))
    client.post(reverse("wagtailadmin_pages:preview_on_edit", args=[draft.pk]), {})

    assert not DraftEdit.objects.exists()


def test_a_forged_release_by_who_wrote_is_refused(
    draft: ProgramPage, team: Reviewers, signed_in: SignIn
) -> None:
    newer = draft.get_latest_revision_as_object()
    newer.summary = "Ny sammanfattning."
    newer.save_revision(user=team.publisher)
    review = signed(draft, team)

    answer = signed_in(team.publisher).post(place(draft, "program_publish"), {"seen": review.content_hash})

    assert answer.status_code == 200
    assert not ProgramVersion.objects.filter(program__key="mod").exists()


def test_the_page_asks_the_database_no_more_with_a_long_history(
    draft: ProgramPage,
    team: Reviewers,
    signed_in: SignIn,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    for number in range(4):
        newer = draft.get_latest_revision_as_object()
        newer.summary = f"Sammanfattning {number}."
        newer.save_revision(user=team.editor)
        review = ask_for_review(draft, by=team.editor, at=clock.now())
        sign_off(review, Stage.CLINICAL, by=team.clinical, at=clock.now())
    client = signed_in(team.publisher)
    client.get(place(draft))

    with django_assert_max_num_queries(75):  # type: ignore[attr-defined]
        assert client.get(place(draft)).status_code == 200
