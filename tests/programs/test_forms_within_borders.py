"""What an editor sends can't reach over her unit's border either: pictures by number, tags, addresses, switches."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve, reverse
from django.utils.text import slugify
from taggit.models import Tag
from wagtail.images import get_image_model
from wagtail.models import Page

from ikbt.accounts.models import Person
from programs.models import ModulePage, ProgramPage, StartPage, UnitPage
from programs.site_tree import unit_collection
from programs.used_of_wagtail import FOR_EDITORS
from tests.cast import Cast
from tests.programs.crawling import OURS, client_of, words_of
from tests.programs.two_units import TwoUnits, marked, picture

pytestmark = pytest.mark.django_db
HREF = re.compile(r'(?:href|action|data-url)="(/admin/[^"#]*)')


@pytest.fixture
def berit(both: TwoUnits) -> Client:
    """Beta's publisher."""
    return client_of(both.moved)


def module_form(image: int, recording: int) -> dict[str, str]:
    """A module with one step of a picture and a recording, as the editor's page sends it."""
    block = "steps-0-value-blocks"
    return {
        "title": "Betas modul",
        "slug": "modul",
        "key": "m01",
        "goal": "Mål.",
        "practice_minutes_per_week": "60",
        "release": "start",
        "min_days": "5",
        "steps-count": "1",
        "steps-0-deleted": "",
        "steps-0-order": "0",
        "steps-0-type": "step",
        "steps-0-value-key": "m01-s01",
        "steps-0-value-title": "Steg",
        "steps-0-value-show-count": "0",
        "hold-count": "0",
        "offers-count": "0",
        "choices-count": "0",
        f"{block}-count": "2",
        f"{block}-0-deleted": "",
        f"{block}-0-order": "0",
        f"{block}-0-type": "image",
        f"{block}-0-value-image": str(image),
        f"{block}-0-value-alt": "En bild",
        f"{block}-1-deleted": "",
        f"{block}-1-order": "1",
        f"{block}-1-type": "audio",
        f"{block}-1-value-file": str(recording),
        f"{block}-1-value-caption": "Hör",
        f"{block}-1-value-transcript": "Hör",
    }


def saved(module: ModulePage) -> str:
    revision = ModulePage.objects.get(pk=module.pk).latest_revision
    assert revision is not None
    return str(revision.content["steps"])


def test_an_own_picture_and_recording_are_taken(both: TwoUnits, berit: Client) -> None:
    module, beta = both.beta.module, both.beta
    assert module is not None
    form = module_form(beta.image.pk, beta.document.pk)

    response = berit.post(reverse("wagtailadmin_pages:edit", args=[module.pk]), form)

    assert response.status_code == 302, response.context["form"].errors
    assert f'"image": {beta.image.pk}' in saved(module)


@pytest.mark.parametrize("name", ["wagtailadmin_pages:edit", "wagtailadmin_pages:preview_on_edit"])
def test_another_units_picture_and_recording_are_not_told_of_nor_taken(
    both: TwoUnits, berit: Client, name: str
) -> None:
    module = both.beta.module
    assert module is not None
    form = module_form(both.alfa.image.pk, both.alfa.document.pk)

    response = berit.post(reverse(name, args=[module.pk]), form)

    assert words_of(response) == set()
    assert words_of(berit.get(reverse("wagtailadmin_pages:preview_on_edit", args=[module.pk]))) == set()
    # Wagtail saves an unfinished draft: here one without picture and recording.
    assert f'"image": {both.alfa.image.pk}' not in saved(module)
    assert f'"file": {both.alfa.document.pk}' not in saved(module)


def test_a_tag_is_not_kept_since_all_units_would_be_offered_it(
    both: TwoUnits, berit: Client, cast: Cast
) -> None:
    sent = {
        "title": "Fil",
        "file": SimpleUploadedFile("a.png", picture()),
        "collection": unit_collection(cast.beta).pk,
        "tags": "hemlig",
    }

    berit.post(reverse("wagtailimages:add"), sent)

    assert get_image_model().objects.filter(title="Fil").exists()
    assert not Tag.objects.exists()


def test_a_picture_is_not_put_on_another_units_shelf(both: TwoUnits, berit: Client, cast: Cast) -> None:
    shelf = unit_collection(cast.alfa)
    before = get_image_model().objects.filter(collection=shelf).count()
    sent = {"title": "Fil", "file": SimpleUploadedFile("a.png", picture()), "collection": shelf.pk}

    berit.post(reverse("wagtailimages:add"), sent)

    assert get_image_model().objects.filter(collection=shelf).count() == before


def test_an_address_that_another_units_draft_has_is_free_and_told_of_by_nobody(
    both: TwoUnits, berit: Client, cast: Cast
) -> None:
    parent = UnitPage.objects.get(unit=cast.beta)
    counts = {f"{name}-count": "0" for name in ("measures", "persons", "sources", "subtypes", "choices")}
    form = {
        "title": marked("adressdraft"),
        "key": "nyckel-draft",
        "language": "sv",
        "summary": "Text.",
        "weeks": "6",
        "therapist_minutes_least": "10",
        "therapist_minutes_most": "15",
        "licence": "CC BY 4.0",
        **counts,
    }

    response = berit.post(
        reverse("wagtailadmin_pages:add", args=["programs", "programpage", parent.pk]), form
    )

    assert response.status_code == 302
    assert Page.objects.child_of(parent).filter(slug=slugify(marked("adressdraft"))).exists()


def test_wagtails_publish_makes_no_draft_live_however_it_is_asked(both: TwoUnits, berit: Client) -> None:
    module = both.beta.module
    assert module is not None
    form = module_form(both.beta.image.pk, both.beta.document.pk)
    hours = {"go_live_at": "2020-01-01 10:00", "action-publish": "1"}

    berit.post(reverse("wagtailadmin_pages:edit", args=[module.pk]), {**form, **hours})

    found = ModulePage.objects.get(pk=module.pk)
    assert (found.live, found.go_live_at) == (False, None)


def test_no_link_on_the_pages_of_an_editor_leads_to_what_is_switched_off(both: TwoUnits, cast: Cast) -> None:
    client = client_of(cast.publisher)
    program, unit_page = both.alfa.pages["draft"], UnitPage.objects.get(unit=cast.alfa)
    looked_at = [
        reverse("wagtailadmin_home"),
        reverse("wagtailadmin_explore", args=[unit_page.pk]),
        reverse("wagtailadmin_explore", args=[program.pk]),
        reverse("wagtailadmin_pages:edit", args=[program.pk]),
        reverse("wagtailadmin_pages:edit", args=[unit_page.pk]),
        reverse("wagtailadmin_pages:history", args=[program.pk]),
        reverse("wagtailimages:index"),
        reverse("wagtailimages:edit", args=[both.alfa.image.pk]),
        reverse("wagtaildocs:index"),
    ]
    links = {
        (page, urlsplit(link).path)
        for page in looked_at
        for link in HREF.findall(client.get(page).content.decode())
    }
    astray = [(page, link) for page, link in sorted(links) if not _is_used(link)]

    assert len(links) > len(looked_at)
    assert astray == []


def _is_used(link: str) -> bool:
    found = resolve(link)
    return found.view_name in {*FOR_EDITORS, *OURS, "wagtailadmin_account"} or hasattr(found.func, "door")


def test_the_start_page_is_its_keepers_and_no_page_below_it(both: TwoUnits, cast: Cast) -> None:
    client, start = client_of(cast.administrator), StartPage.objects.get()
    counts = {"sections-count": "0"}
    form = {"title": "Välkommen", "slug": start.slug, "intro": "Hej.", "action-publish": "1", **counts}

    response = client.post(reverse("wagtailadmin_pages:edit", args=[start.pk]), form)

    assert response.status_code == 302
    assert StartPage.objects.get().title == "Välkommen"
    program = ProgramPage.objects.get(slug="betas")
    assert client.get(reverse("wagtailadmin_pages:edit", args=[program.pk])).status_code == 404


def test_djangos_admin_offers_nothing_of_wagtails() -> None:
    offered = {model._meta.app_label for model in admin.site._registry}

    assert not {label for label in offered if label.startswith(("wagtail", "taggit"))}
    assert Person in admin.site._registry
