"""The pages that authors write, a program and its modules: drafts, never shown to the public or patients."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from programs.blocks import steps_blocks
from programs.blocks.about_program import MeasureBlock, PersonBlock, SourceBlock
from programs.blocks.steps import KEY
from programs.blocks.tailoring import KEYS, ChoiceGroupBlock, HoldBlock, OfferBlock, SubtypeBlock
from programs.catalogue_terms import ConditionsField, Evidence
from programs.checks_panel import ChecksPanel
from programs.page_forms import ModuleForm, ProgramForm
from programs.page_rights import DraftRights, PageRights
from programs.previewing import MODE_NAMES, WIDTHS, preview

# A draft's address is its own: nobody opens it, so Wagtail makes it of the title.
TITLE = FieldPanel("title", heading=_("Title"), help_text=_("As patients read it."))


class DraftPage(Page):
    """A page without an address of its own: it is edited and previewed, and read only as a frozen version."""

    class Meta:
        abstract = True

    # Page's own promote tab asks for what search engines see: nobody but editors sees these.
    promote_panels: ClassVar[list[object]] = []
    # Wagtail's hours of publishing: a draft has none, and its comments go out by mail.
    settings_panels: ClassVar[list[object]] = []

    def permissions_for_user(self, user: Any) -> PageRights:
        """What Wagtail lets the person do with it."""
        return DraftRights(user, self)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Never: patients read frozen versions."""
        raise Http404

    def get_url_parts(self, request: HttpRequest | None = None) -> None:
        """None: Wagtail then offers no link to a public page."""

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """As a patient would see it; nothing is saved."""
        return preview(self, request, mode_name)

    @property
    def preview_modes(self) -> list[Any]:
        """By day, by night, right to left."""
        return MODE_NAMES

    @property
    def preview_sizes(self) -> list[Any]:
        """A small phone, a phone, a computer."""
        return WIDTHS

    @property
    def default_preview_size(self) -> str:
        return "mobile"


class ProgramPage(DraftPage):
    """A treatment program as its authors write it."""

    key = models.SlugField(_("key"), max_length=60, validators=[KEY])
    language = models.CharField(_("language"), max_length=5, default="sv")
    summary = models.TextField(_("summary"))
    target = models.TextField(_("for which condition"), blank=True)
    for_whom = models.TextField(_("for whom"), blank=True)
    conditions = ConditionsField(_("conditions"), default=list, blank=True)
    evidence_level = models.CharField(_("evidence"), max_length=20, choices=Evidence.choices, blank=True)
    evidence_words = models.TextField(
        _("about the evidence"),
        blank=True,
        max_length=2000,
        help_text=_("What has been shown, for whom, and what is not known. The catalogue shows it."),
    )
    # Never typed: set when the draft was made from another program, and when its steps are looked at anew.
    # The shapes stand in program_file.py; {} when it is nobody's copy and no translation.
    origin = models.JSONField(default=dict, blank=True)
    translates = models.JSONField(default=dict, blank=True)
    weeks = models.PositiveIntegerField(
        _("weeks"), default=10, validators=[MinValueValidator(1), MaxValueValidator(104)]
    )
    primary_care = models.BooleanField(_("for primary care"), default=True)
    specialist_care = models.BooleanField(_("for specialist care"), default=False)
    therapist_minutes_least = models.PositiveIntegerField(_("therapist minutes a week, at least"), default=10)
    therapist_minutes_most = models.PositiveIntegerField(_("therapist minutes a week, at most"), default=20)
    licence = models.CharField(_("licence"), max_length=60, default="CC BY 4.0")
    sources = StreamField([("source", SourceBlock())], blank=True, verbose_name=_("sources"))
    persons = StreamField([("person", PersonBlock())], blank=True, verbose_name=_("case persons"))
    measures = StreamField([("measure", MeasureBlock())], blank=True, verbose_name=_("measures"))
    subtypes = StreamField([("subtype", SubtypeBlock())], blank=True, verbose_name=_("subtypes"))
    choices = StreamField(
        [("choice", ChoiceGroupBlock())], blank=True, verbose_name=_("choices among modules")
    )
    content_panels: ClassVar[list[object]] = [
        ChecksPanel(),
        TITLE,
        FieldPanel("summary"),
        MultiFieldPanel(
            [FieldPanel("conditions"), FieldPanel("target"), FieldPanel("for_whom")], heading=_("For whom")
        ),
        MultiFieldPanel([FieldPanel("evidence_level"), FieldPanel("evidence_words")], heading=_("Evidence")),
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in (
                    "weeks",
                    "primary_care",
                    "specialist_care",
                    "therapist_minutes_least",
                    "therapist_minutes_most",
                )
            ],
            heading=_("Extent"),
        ),
        FieldPanel("measures"),
        FieldPanel("persons"),
        FieldPanel("sources"),
        MultiFieldPanel(
            [FieldPanel("subtypes"), FieldPanel("choices")],
            heading=_("Made to fit the patient"),
            classname="collapsed",
        ),
        MultiFieldPanel(
            [FieldPanel("key"), FieldPanel("language"), FieldPanel("licence")],
            heading=_("Key, language, licence"),
        ),
    ]
    base_form_class = ProgramForm
    # Its modules in the order that patients meet them, to be moved by hand.
    admin_default_ordering = "ord"
    parent_page_types: ClassVar[list[str]] = ["programs.UnitPage"]
    subpage_types: ClassVar[list[str]] = ["programs.ModulePage"]

    class Meta:
        verbose_name = _("program")
        verbose_name_plural = _("programs")


class ModulePage(DraftPage):
    """A module: one week's reading and exercises, in steps."""

    class Release(models.TextChoices):
        START = "start", _("open from the start")
        THERAPIST = "therapist", _("when the therapist opens it")
        AUTO = "auto", _("by itself, when its conditions are met")
        OFFER = "offer", _("only when it is offered")

    key = models.CharField(_("key"), max_length=40, validators=[KEY])
    goal = models.TextField(_("goal"))
    practice_minutes_per_week = models.PositiveIntegerField(_("practice, minutes a week"), default=120)
    release = models.CharField(_("opens"), max_length=20, choices=Release.choices, default=Release.THERAPIST)
    min_days = models.PositiveIntegerField(_("days before the next may open"), default=5)
    weekly = models.BooleanField(_("waits for the weekly questionnaire"), default=True)
    after = models.CharField(
        _("opens after"),
        max_length=500,
        blank=True,
        validators=[KEYS],
        help_text=_("Keys of modules that must be handed in, with commas between. Empty: the one before."),
    )
    hold = StreamField([("when", HoldBlock())], blank=True, max_num=1, verbose_name=_("held back when"))
    offers = StreamField([("offer", OfferBlock())], blank=True, verbose_name=_("offers"))
    choices = StreamField([("choice", ChoiceGroupBlock())], blank=True, verbose_name=_("choices among steps"))
    steps = StreamField(steps_blocks(), blank=True, verbose_name=_("steps"))
    content_panels: ClassVar[list[object]] = [
        ChecksPanel(),
        TITLE,
        FieldPanel("goal"),
        FieldPanel("steps"),
        MultiFieldPanel([FieldPanel("key"), FieldPanel("practice_minutes_per_week")], heading=_("Key")),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("release", "after", "weekly", "hold", "min_days")],
            heading=_("Opening"),
        ),
        MultiFieldPanel(
            [FieldPanel("offers"), FieldPanel("choices")],
            heading=_("Made to fit the patient"),
            classname="collapsed",
        ),
    ]
    base_form_class = ModuleForm
    parent_page_types: ClassVar[list[str]] = ["programs.ProgramPage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")
