"""The parts that the public start page is built of, in the order that its editors choose."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

PROSE = ["bold", "italic", "ol", "ul", "link"]


class SectionBlock(blocks.StructBlock):
    """A heading and running text."""

    heading = blocks.CharBlock(label=_("Heading"))
    body = blocks.RichTextBlock(label=_("Text"), features=PROSE)

    class Meta:
        icon = "pilcrow"
        label = _("Section")
        template = "programs/start_page/section.html"


class WayBlock(blocks.StructBlock):
    """One step of the way to treatment."""

    heading = blocks.CharBlock(label=_("Heading"))
    text = blocks.TextBlock(label=_("Text"))


class StepsBlock(blocks.StructBlock):
    """Numbered steps, as for how one applies."""

    heading = blocks.CharBlock(label=_("Heading"))
    lead = blocks.TextBlock(label=_("Introduction"), required=False)
    steps = blocks.ListBlock(WayBlock(), label=_("Steps"), min_num=2)

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        template = "programs/start_page/steps.html"


class ProgramsBlock(blocks.StructBlock):
    """Where the units' published programs are listed; the list itself comes from the versions."""

    heading = blocks.CharBlock(label=_("Heading"))
    lead = blocks.TextBlock(label=_("Introduction"), required=False)

    class Meta:
        icon = "list-ul"
        label = _("The units' programs")
        template = "programs/start_page/programs.html"


class AnswerBlock(blocks.StructBlock):
    """A question and its answer."""

    question = blocks.CharBlock(label=_("Question"))
    answer = blocks.RichTextBlock(label=_("Answer"), features=PROSE)


class QuestionsBlock(blocks.StructBlock):
    """Questions that open to their answers."""

    heading = blocks.CharBlock(label=_("Heading"))
    questions = blocks.ListBlock(AnswerBlock(), label=_("Questions"))

    class Meta:
        icon = "help"
        label = _("Questions and answers")
        template = "programs/start_page/questions.html"


class EmergencyBlock(blocks.StructBlock):
    """Where to turn at once: 112 and 1177 always, then the units' own numbers."""

    heading = blocks.CharBlock(label=_("Heading"))
    lead = blocks.TextBlock(label=_("Introduction"), required=False)

    class Meta:
        icon = "warning"
        label = _("Help at once")
        template = "programs/start_page/emergency.html"


def start_page_blocks() -> list[tuple[str, blocks.Block]]:
    """What the start page's StreamField holds."""
    return [
        ("section", SectionBlock()),
        ("steps", StepsBlock()),
        ("programs", ProgramsBlock()),
        ("questions", QuestionsBlock()),
        ("emergency", EmergencyBlock()),
    ]
