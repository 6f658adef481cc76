"""The tree that editors work in: start page, one page a unit, and a shelf for each unit's pictures."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.text import slugify
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale, Page, Site

from ikbt.accounts.models import CareUnit, Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor, record
from programs.models import StartPage, UnitPage
from programs.page_rights import KEEPS_START_PAGE

START_PAGE_FILE = Path(__file__).parent / "library" / "start_page.json"
EDITORS_PAGE_ACTS = ("add_page", "change_page")
PUBLISHERS_PAGE_ACTS = (*EDITORS_PAGE_ACTS, "publish_page")
COLLECTION_ACTS = (
    ("wagtailimages", "add_image"),
    ("wagtailimages", "choose_image"),
    ("wagtaildocs", "add_document"),
    ("wagtaildocs", "choose_document"),
)


@transaction.atomic
def ensure_site(units: Iterable[CareUnit], *, by: Person | None, at: datetime) -> StartPage:
    """Make what is missing: start page on the site root, a page, a shelf and two groups for each unit.

    Run again it changes nothing that stands: the start page's text belongs to its editors.
    """
    start = StartPage.objects.first() or _make_start_page(by)
    _permit_start_page(start_page_group())
    _permit(reviewers_group(), "wagtailadmin", "access_admin")
    for unit in units:
        page = UnitPage.objects.filter(unit=unit).first() or _make_unit_page(start, unit)
        for group, acts in (
            (editors_group(unit), EDITORS_PAGE_ACTS),
            (publishers_group(unit), PUBLISHERS_PAGE_ACTS),
        ):
            _permit_pages(group, page, acts)
            _permit_shelf(group, unit)
    return start


def start_page_group() -> Group:
    """Those who may edit the region's public page, and no page below it."""
    return Group.objects.get_or_create(name="Startsidan")[0]


def reviewers_group() -> Group:
    """Those who read and sign drafts on our own pages; of Wagtail's they open none."""
    return Group.objects.get_or_create(name="Granskare")[0]


def editors_group(unit: CareUnit) -> Group:
    """Those who may write below the unit's page."""
    return Group.objects.get_or_create(name=f"Redaktörer {unit.name} ({unit.slug})")[0]


def publishers_group(unit: CareUnit) -> Group:
    """Those who may publish there too."""
    return Group.objects.get_or_create(name=f"Utgivare {unit.name} ({unit.slug})")[0]


def unit_collection(unit: CareUnit) -> Collection:
    """The unit's shelf of pictures and recordings."""
    root = Collection.get_first_root_node() or Collection.add_root(name="Root")
    found = root.get_children().filter(name=unit.slug).first()
    return found or root.add_child(name=unit.slug)


def _make_start_page(by: Person | None) -> StartPage:
    root = _root_page()
    content = json.loads(START_PAGE_FILE.read_text(encoding="utf-8"))
    start = StartPage(
        title=content["title"],
        slug="start",
        intro=content["intro"],
        search_description=content["search_description"],
        sections=json.dumps([{"type": part["type"], "value": part["value"]} for part in content["sections"]]),
    )
    root.add_child(instance=start)
    start.save_revision(user=by).publish()
    Site.objects.filter(is_default_site=True).delete()
    Site.objects.create(
        hostname="localhost", port=80, site_name="ikbt", root_page=start, is_default_site=True
    )
    # Wagtail's own first migration leaves a page that says welcome to Wagtail.
    root.get_children().filter(slug="home", content_type__model="page", numchild=0).delete()
    actor = Actor(id=by.pk, role="editor") if by else SYSTEM
    record(Entry.Action.CREATE, by=actor, kind="start page", object_id=start.pk)
    return start


def _root_page() -> Page:
    if not Locale.objects.exists():
        Locale.objects.create(language_code="sv")
    return Page.get_first_root_node() or Page.add_root(title="Root", slug="root")


def _make_unit_page(start: StartPage, unit: CareUnit) -> UnitPage:
    page = UnitPage(title=unit.name, slug=slugify(unit.slug), unit=unit)
    # Read anew: treebeard counts children on the instance, and several are added in a row.
    StartPage.objects.get(pk=start.pk).add_child(instance=page)
    return page


def _permit(group: Group, label: str, codename: str) -> None:
    group.permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))


def _permit_start_page(group: Group) -> None:
    _permit(group, "wagtailadmin", "access_admin")
    _permit(group, *KEEPS_START_PAGE.split("."))
    # Wagtail's own permission would hold for all units' drafts, which lie below.
    GroupPagePermission.objects.filter(group=group).delete()


def _permit_pages(group: Group, page: Page, acts: Iterable[str]) -> None:
    _permit(group, "wagtailadmin", "access_admin")
    for codename in acts:
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.get_or_create(group=group, page=page.page_ptr, permission=permission)


def _permit_shelf(group: Group, unit: CareUnit) -> None:
    collection = unit_collection(unit)
    for label, codename in COLLECTION_ACTS:
        permission = Permission.objects.get(content_type__app_label=label, codename=codename)
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=collection, permission=permission
        )
