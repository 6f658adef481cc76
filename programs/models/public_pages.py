"""The pages that anyone may read: the start page and each care unit's shelf of programs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from ikbt.accounts.models import CareUnit
from programs.blocks.start_page import start_page_blocks
from programs.models.activation import Activation
from programs.offering import Place, by_program, emergency_numbers, offer
from programs.page_rights import PageRights, StartPageRights, UnitPageRights


class PublicPage(Page):
    """A page that is read in the language it is written in, frame and all, whatever the browser prefers."""

    class Meta:
        abstract = True

    # Made by `ensure_site`, never in Wagtail.
    is_creatable = False
    # Wagtail's hours of publishing, which nothing here carries out.
    settings_panels: ClassVar[list[object]] = []

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Swedish text in an English frame would be read out with the wrong voice."""
        translation.activate(self.locale.language_code)
        response: HttpResponse = super().serve(request, *args, **kwargs)
        return response


class StartPage(PublicPage):
    """The public start page on the site root."""

    intro = models.TextField(_("introduction"), blank=True)
    sections = StreamField(start_page_blocks(), blank=True, verbose_name=_("sections"))
    content_panels: ClassVar[list[object]] = [
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("sections"),
    ]
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["programs.UnitPage"]
    template = "programs/start_page.html"

    class Meta:
        verbose_name = _("start page")
        verbose_name_plural = _("start pages")

    def permissions_for_user(self, user: Any) -> PageRights:
        """What Wagtail lets the person do with it."""
        return StartPageRights(user, self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What the units offer now; the number of queries doesn't grow with units or programs."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        units = list(CareUnit.objects.all())
        pages = {page.unit_id: page.get_url(request) or "" for page in UnitPage.objects.live().child_of(self)}
        places = [Place(unit, pages.get(unit.pk, "")) for unit in units]
        offered = Activation.objects.running().select_related("version").order_by("program__title")
        return {
            **context,
            "programs": by_program(places, offered.defer("version__outline")),
            "crisis_numbers": emergency_numbers(units),
        }


class UnitPage(PublicPage):
    """A care unit's shelf of programs; its editors may work below it and nowhere else."""

    unit = models.OneToOneField(
        CareUnit, on_delete=models.PROTECT, related_name="page", verbose_name=_("care unit")
    )
    # The unit is set when the site is built: an editor who could change it would move the borders.
    content_panels: ClassVar[list[object]] = [*Page.content_panels]
    parent_page_types: ClassVar[list[str]] = ["programs.StartPage"]
    subpage_types: ClassVar[list[str]] = ["programs.ProgramPage"]
    template = "programs/unit_page.html"

    class Meta:
        verbose_name = _("unit's programs")
        verbose_name_plural = _("units' programs")

    def permissions_for_user(self, user: Any) -> PageRights:
        """What Wagtail lets the person do with it."""
        return UnitPageRights(user, self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What the unit treats by now, and its own numbers."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        offered = Activation.objects.running().at_unit(self.unit_id).order_by("program__title")
        offered = offered.select_related("version").defer("version__outline")
        return {
            **context,
            "unit": self.unit,
            "offers": [offer(one.version.facts) for one in offered],
            "crisis_numbers": emergency_numbers([self.unit]),
        }
