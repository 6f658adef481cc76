"""Editors write and publish in Wagtail for their own unit, and find another unit's drafts nowhere."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Revision

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.common import clock
from programs.editor_access import sync_editor_access
from programs.freezing import freeze
from programs.models import ModulePage, ProgramPage, ProgramVersion, StartPage, UnitPage
from programs.publishing import publish
from tests.cast import Cast, give, person
from tests.conftest import SignIn
from tests.programs.conftest import Folder
from tests.programs.reviewed import Reviewers, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def publisher(cast: Cast, draft: ProgramPage, signed_in: SignIn) -> Client:
    return signed_in(cast.publisher)


@pytest.fixture
def foreigner(beta_publisher: Person, draft: ProgramPage, signed_in: SignIn) -> Client:
    return signed_in(beta_publisher)


def publish_page(draft: ProgramPage) -> str:
    return reverse("program_publish", args=[draft.pk])


def review_page(draft: ProgramPage) -> str:
    return reverse("program_review", args=[draft.pk])


def test_the_welcome_leads_an_editor_to_her_programs(editor: Client, draft: ProgramPage) -> None:
    html = editor.get("/admin/").content.decode()

    assert "Ett program om mod" in html
    assert reverse("wagtailadmin_pages:edit", args=[draft.pk]) in html
    assert publish_page(draft) not in html


def test_the_welcome_leads_to_the_review_and_tells_the_version(publisher: Client, draft: ProgramPage) -> None:
    publish(draft, by=None, at=clock.now())

    html = publisher.get("/admin/").content.decode()

    assert review_page(draft) in html
    assert "1.0" in html


def test_the_welcome_of_another_unit_tells_nothing_of_it(foreigner: Client) -> None:
    assert "Ett program om mod" not in foreigner.get("/admin/").content.decode()


def test_the_admin_carries_the_products_name_and_asks_no_other_site(editor: Client) -> None:
    html = editor.get("/admin/").content.decode()

    assert "<title>" in html
    assert "ikbt</title>" in " ".join(html.split()).replace(" </title>", "</title>")
    assert not re.findall(r'<(?:script|link|img)[^>]+(?:href|src)="(https?:[^"]+)"', html)


def test_an_editor_opens_a_module_and_its_preview_and_nothing_is_saved(
    editor: Client, draft: ProgramPage
) -> None:
    module = ModulePage.objects.child_of(draft).order_by("path")[0]
    before = Revision.objects.count()

    assert editor.get(reverse("wagtailadmin_pages:edit", args=[module.pk])).status_code == 200
    preview = editor.get(reverse("wagtailadmin_pages:view_draft", args=[module.pk]))

    assert "Fint att du är <strong>här</strong>." in preview.content.decode()
    assert "Vecko- och aktivitetsdagbok" in preview.content.decode()
    assert "frame-ancestors 'self'" in preview["Content-Security-Policy"]
    assert Revision.objects.count() == before


def test_a_program_is_previewed_with_its_modules(editor: Client, draft: ProgramPage) -> None:
    html = editor.get(reverse("wagtailadmin_pages:view_draft", args=[draft.pk])).content.decode()

    assert "Börja" in html
    assert "Fortsätt" in html


def test_saving_in_the_editor_makes_a_draft_that_freezes_to_the_same(
    editor: Client, draft: ProgramPage
) -> None:
    before = freeze(draft).content_hash
    page = ModulePage.objects.child_of(draft).order_by("path")[0]
    page.get_latest_revision_as_object().save_revision()

    assert freeze(draft).content_hash == before


@pytest.mark.parametrize(
    "name",
    [
        "wagtailadmin_explore",
        "wagtailadmin_pages:edit",
        "wagtailadmin_pages:view_draft",
        "wagtailadmin_pages:delete",
    ],
)
def test_another_units_people_do_not_get_at_the_draft(
    foreigner: Client, draft: ProgramPage, name: str
) -> None:
    response = foreigner.get(reverse(name, args=[draft.pk]))

    # Wagtail answers 404, 403, or sends her away with a refusal; never the page.
    assert response.status_code in {302, 403, 404}
    assert "Ett program om mod" not in response.content.decode()


def test_another_units_publisher_finds_no_publish_page(foreigner: Client, draft: ProgramPage) -> None:
    content = freeze(draft).content_hash

    assert foreigner.get(publish_page(draft)).status_code == 404
    assert foreigner.post(publish_page(draft), {"seen": content}).status_code == 404
    assert not ProgramVersion.objects.filter(program__key="mod").exists()


def test_an_editor_finds_no_publish_page(editor: Client, draft: ProgramPage) -> None:
    assert editor.get(publish_page(draft)).status_code == 404


@pytest.mark.parametrize("name", ["anna", "tove", "manager", "auditor"])
def test_who_writes_no_programs_finds_no_admin(
    cast: Cast, draft: ProgramPage, signed_in: SignIn, name: str
) -> None:
    client = signed_in(getattr(cast, name))

    assert client.get("/admin/").status_code == 404
    assert client.get(publish_page(draft)).status_code == 404


def test_without_a_second_factor_the_admin_asks_for_sign_in(
    cast: Cast, draft: ProgramPage, client: Client
) -> None:
    client.force_login(cast.publisher)

    response = client.get("/admin/", headers={"accept": "text/html"})

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("accounts:sign_in"))


def test_an_ended_role_closes_the_admin_at_the_next_click(
    editor: Client, cast: Cast, draft: ProgramPage
) -> None:
    place = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    assert editor.get(place).status_code == 200
    RoleAssignment.objects.filter(person=cast.editor).update(ends_at=timezone.now() - timedelta(minutes=1))

    assert editor.get(place).status_code == 404


def test_groups_follow_roles(cast: Cast, alfa_page: UnitPage) -> None:
    sync_editor_access(cast.editor)
    sync_editor_access(cast.tove)

    assert [group.name for group in cast.editor.groups.all()] == ["Redaktörer Vårdcentralen Alfa (alfa)"]
    assert not cast.tove.groups.exists()


def test_the_release_page_shows_what_it_releases(
    publisher: Client, draft: ProgramPage, cast: Cast, team: Reviewers
) -> None:
    signed(draft, team)
    shown = publisher.get(publish_page(draft))
    seen = shown.context["form"].initial["seen"]

    response = publisher.post(publish_page(draft), {"seen": seen, "note": "Första versionen."})

    version = ProgramVersion.objects.get(program__key="mod")
    assert response.status_code == 302
    assert (version.number, version.published_by, version.release_note) == (
        "1.0",
        cast.publisher,
        "Första versionen.",
    )


def test_a_draft_that_changed_meanwhile_is_shown_again(
    publisher: Client, draft: ProgramPage, team: Reviewers
) -> None:
    signed(draft, team)
    seen = publisher.get(publish_page(draft)).context["form"].initial["seen"]
    newer = draft.get_latest_revision_as_object()
    newer.title = "Ett annat namn"
    newer.save_revision()

    response = publisher.post(publish_page(draft), {"seen": seen, "note": "Min text"})

    assert response.status_code == 200
    assert "Min text" in response.content.decode()
    assert not ProgramVersion.objects.filter(program__key="mod").exists()


def test_what_stops_it_is_listed_and_a_forged_post_is_refused(publisher: Client, draft: ProgramPage) -> None:
    newer = ModulePage.objects.child_of(draft).order_by("path")[1].get_latest_revision_as_object()
    newer.key = "m01"
    newer.save_revision()

    shown = publisher.get(publish_page(draft))
    response = publisher.post(publish_page(draft), {"seen": shown.context["form"].initial["seen"]})

    assert [problem.place for problem in shown.context["draft"].stopping] == ["m01"]
    assert response.status_code == 200
    assert not ProgramVersion.objects.filter(program__key="mod").exists()


def test_what_has_changed_is_shown_by_step(publisher: Client, draft: ProgramPage, folder: Folder) -> None:
    publish(draft, by=None, at=clock.now())
    newer = ModulePage.objects.child_of(draft).order_by("path")[0].get_latest_revision_as_object()
    raw = list(newer.steps.raw_data)
    raw[0]["value"]["title"] = "Hej på dig"
    newer.steps = raw
    newer.save_revision()

    changes = publisher.get(publish_page(draft)).context["draft"].changes

    assert [change.title for change in changes.changed_steps] == ["Hej på dig"]


def test_programs_are_saved_and_not_published_by_wagtails_own_button(
    publisher: Client, draft: ProgramPage
) -> None:
    html = publisher.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).content.decode()

    assert 'name="action-publish"' not in html
    assert review_page(draft) in html


def test_an_editor_cannot_edit_the_start_page(editor: Client) -> None:
    place = reverse("wagtailadmin_pages:edit", args=[StartPage.objects.get().pk])

    assert editor.get(place).status_code in {302, 403, 404}


def test_an_editor_makes_a_program_of_her_own(editor: Client, cast: Cast) -> None:
    parent = UnitPage.objects.get(unit=cast.alfa)
    place = reverse("wagtailadmin_pages:add", args=["programs", "programpage", parent.pk])
    assert editor.get(place).status_code == 200
    counts = {f"{name}-count": "0" for name in ("measures", "persons", "sources", "subtypes", "choices")}
    form = {
        "title": "Sömn",
        "slug": "somn",
        "key": "somn",
        "language": "sv",
        "summary": "Sov bättre.",
        "weeks": "6",
        "therapist_minutes_least": "10",
        "therapist_minutes_most": "15",
        "licence": "CC BY 4.0",
        "primary_care": "on",
        **counts,
    }

    response = editor.post(place, form)

    assert response.status_code == 302, response.context["form"].errors
    made = ProgramPage.objects.get(key="somn")
    assert (made.live, made.get_parent().specific) == (False, parent)


def test_another_units_editor_cannot_add_below_it(foreigner: Client, cast: Cast) -> None:
    parent = UnitPage.objects.get(unit=cast.alfa)

    response = foreigner.get(reverse("wagtailadmin_pages:add", args=["programs", "programpage", parent.pk]))

    assert response.status_code in {302, 403, 404}
    assert Page.objects.child_of(parent).count() == 1


def test_an_administrator_edits_the_start_page_and_publishes_no_program(
    cast: Cast, draft: ProgramPage, signed_in: SignIn
) -> None:
    keeper = signed_in(give(person("Ada", "Förvaltare"), Role.ADMINISTRATOR))

    assert (
        keeper.get(reverse("wagtailadmin_pages:edit", args=[StartPage.objects.get().pk])).status_code == 200
    )
    assert keeper.get(publish_page(draft)).status_code == 404
