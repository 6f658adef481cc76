"""What Wagtail's admin shows of ikbt: the welcome, the pages of review and release, a menu of what editors use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets import Button, PageListingButton

from ikbt.common import clock
from programs.models import ModulePage, ProgramPage, StartPage
from programs.own_programs import own_units
from programs.page_rights import KEEPS_START_PAGE
from programs.previewing import forget_typed
from programs.views import compare, exercises, media, package, publish, review, translation, upstream
from programs.waiting import waiting_for
from programs.words_of_wagtail import script_words

# Wagtail's own: reports of its workflows, links to Wagtail's pages, its settings.
UNUSED_MENU = frozenset({"reports", "help", "snippets", "settings"})
# Opens Wagtail's browser of the whole tree, which asks an interface that is switched off here.
PAGE_BROWSER = "explorer"
# Publishing a program is our own page; Wagtail's "publish" would mean nothing to patients.
NOT_FOR_DRAFTS = frozenset({"action-publish", "action-unpublish", "action-submit"})


MORE_OF_A_PROGRAM = (
    (_("Changes in the source"), "program_upstream", "copy"),
    (_("Translate"), "program_translate", "globe"),
    (_("Translation beside its source"), "program_translation", "globe"),
    (_("Take out as a package"), "program_take_out", "download"),
)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Wagtail adds its own check of the admin permission to each."""
    return [
        path("program/<int:page_id>/granskning/", review.review, name="program_review"),
        path("program/<int:page_id>/granskning/ta-tillbaka/", review.withdraw, name="program_withdraw"),
        path("program/<int:page_id>/granskning/<slug:stage>/", review.sign, name="program_sign"),
        path("program/<int:page_id>/las/<slug:module_key>/", review.read_module, name="program_read"),
        path("ovningar/", exercises.exercises, name="program_exercises"),
        path("program/<int:page_id>/jamfor/", compare.compare_versions, name="program_compare"),
        path("program/paket/", package.bring_in, name="program_bring_in"),
        path("program/<int:page_id>/paket/", package.take_out, name="program_take_out"),
        path("program/<int:page_id>/kalla/", upstream.upstream, name="program_upstream"),
        path("program/<int:page_id>/oversattning/", translation.translation, name="program_translation"),
        path("program/<int:page_id>/oversatt/", translation.begin, name="program_translate"),
        path("program/<int:page_id>/publicera/", publish.publish_version, name="program_publish"),
        # The name by which Wagtail looks up a document's address.
        path(
            "dokument/<int:document_id>/<str:document_filename>",
            media.draft_document,
            name="wagtaildocs_serve",
        ),
    ]


@hooks.register("insert_global_admin_css")
def admin_css() -> SafeString:
    """The product's colours and mark."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/wagtail-admin.css"))


@hooks.register("construct_main_menu")
def shorter_menu(request: HttpRequest, menu_items: list[Any]) -> None:
    """Leave what editors work with; "Pages" leads to the list of her own pages."""
    menu_items[:] = [
        _plain(item) if item.name == PAGE_BROWSER else item
        for item in menu_items
        if item.name not in UNUSED_MENU
    ]


@hooks.register("register_admin_menu_item")
def catalogue_item() -> MenuItem:
    """The way to what other units have released."""
    # By name: the catalogue's screens lie in a higher package.
    address = reverse_lazy("catalogue:catalogue")
    return MenuItem(_("Program catalogue"), address, name="catalogue", icon_name="list-ul", order=150)


@hooks.register("register_admin_menu_item")
def exercises_item() -> MenuItem:
    """The way to all kinds of exercises."""
    address = reverse_lazy("program_exercises")
    return MenuItem(_("Exercises"), address, name="exercises", icon_name="edit", order=160)


def _plain(item: MenuItem) -> MenuItem:
    return MenuItem(item.label, item.url, name=item.name, icon_name=item.icon_name, order=item.order)


@hooks.register("construct_search")
def no_search_of_everything(request: HttpRequest, search_areas: list[Any]) -> None:
    """Each list has a field of its own, which finds what the list may show."""
    search_areas.clear()


@hooks.register("insert_global_admin_js")
def admin_js() -> SafeString:
    """Names for the editors' text fields, which Wagtail leaves without, and words that its scripts lack."""
    words = json_script(script_words(), "ikbt-script-words")
    return format_html('{}<script src="{}"></script>', words, static("js/wagtail-admin.js"))


# Last: the apps that count add theirs first.
@hooks.register("construct_homepage_summary_items", order=1000)
def no_summary(request: HttpRequest, items: list[Any]) -> None:
    """Counts of pages and pictures tell an editor nothing: the welcome does."""
    items.clear()


# After Wagtail's own, which it changes.
@hooks.register("register_rich_text_features", order=1000)
def links_lead_outwards(features: Any) -> None:
    """A new link begins with an address: Wagtail would show the tree of all units to choose a page from."""
    link = features.plugins_by_editor["draftail"]["link"]
    outwards = link.data["chooserUrls"]["externalLinkChooser"]
    link.data["chooserUrls"] = {**link.data["chooserUrls"], "pageChooser": outwards}


class Welcome(Component):
    """The editor's programs, with the way to write and to publish."""

    name = "welcome"
    order = 10
    template_name = "programs/admin/welcome.html"

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The units she writes for, and the start page when it is hers to keep."""
        person = parent_context["request"].user if parent_context else None
        if person is None:
            return {"person": None, "units": [], "start_page": None, "waiting": []}
        start_page = StartPage.objects.first() if person.has_perm(KEEPS_START_PAGE) else None
        now = clock.now()
        return {
            "person": person,
            "units": own_units(person, at=now),
            "start_page": start_page,
            "waiting": waiting_for(person, at=now),
        }


@hooks.register("construct_homepage_panels")
def welcome_first(request: HttpRequest, panels: list[Any]) -> None:
    """Our welcome alone: Wagtail's list of what she edited last follows her from unit to unit."""
    panels[:] = [Welcome()]


@hooks.register("register_page_header_buttons")
def header_button(page: Any, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """The way to the page about the draft's review and release."""
    if page.specific_class is ProgramPage:
        yield Button(_("Review and release"), _address(page), icon_name="upload", priority=5)
        if page.specific.permissions_for_user(user).can_add_subpage():
            place = reverse("wagtailadmin_pages:add", args=["programs", "modulepage", page.pk])
            yield Button(_("Write a module"), place, icon_name="plus", priority=7)
        # Of a draft that is nobody's copy and no translation these pages have nothing to say.
        without = {
            "program_upstream": not page.specific.origin,
            "program_translation": not page.specific.translates,
        }
        for words, name, icon in [more for more in MORE_OF_A_PROGRAM if not without.get(more[1])]:
            yield Button(words, reverse(name, args=[page.pk]), icon_name=icon, priority=10)


@hooks.register("register_page_listing_buttons")
def listing_button(page: Any, user: Any, next_url: str | None = None) -> Iterator[PageListingButton]:
    """The same in the list of pages."""
    if page.specific_class is ProgramPage:
        yield PageListingButton(_("Review and release"), _address(page), icon_name="upload", priority=5)


@hooks.register("after_edit_page")
@hooks.register("after_create_page")
def saved(request: HttpRequest, page: Any) -> None:
    """What was typed for the preview stands in the draft now. While she types on, the preview beside asks for it."""
    if isinstance(page, ProgramPage | ModulePage) and request.accepts("text/html"):
        forget_typed(page, request.user)


@hooks.register("construct_page_action_menu")
def save_only(menu_items: list[Any], request: HttpRequest, context: Mapping[str, Any]) -> None:
    """Programs and modules are saved as drafts; a version is published from the program's own page."""
    page = context.get("page") or context.get("parent_page")
    new = context.get("view") == "create" and isinstance(getattr(page, "specific", page), ProgramPage)
    if new or isinstance(context.get("page"), ProgramPage | ModulePage):
        menu_items[:] = [item for item in menu_items if item.name not in NOT_FOR_DRAFTS]


def _address(page: Any) -> str:
    return reverse("program_review", args=[page.pk])
