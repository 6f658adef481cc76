"""Blocks that a patient reads or looks at: text, case, quiz, pictures and recordings with transcript."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from programs.blocks.own_shelf import OwnPictureBlock, OwnRecordingBlock

RICH_TEXT = ["h2", "h3", "bold", "italic", "ol", "ul", "link"]


class TextBlock(blocks.StructBlock):
    """Running text."""

    html = blocks.RichTextBlock(label=_("Text"), features=RICH_TEXT)

    class Meta:
        icon = "pilcrow"
        label = _("Text")


class QuoteBlock(blocks.StructBlock):
    """A case or a quotation; invented persons are marked as such."""

    html = blocks.RichTextBlock(label=_("Text"), features=["bold", "italic"])
    person = blocks.CharBlock(label=_("Who"), required=False)
    invented = blocks.BooleanBlock(label=_("Invented person"), required=False, default=True)

    class Meta:
        icon = "openquote"
        label = _("Quote or case")


class QuizOptionBlock(blocks.StructBlock):
    """One option of a quiz; the explanation is shown whichever is chosen."""

    text = blocks.CharBlock(label=_("Option"))
    right = blocks.BooleanBlock(label=_("Right"), required=False)
    explanation = blocks.TextBlock(label=_("Explanation"))


class QuizBlock(blocks.StructBlock):
    """A question to oneself; explains, never scores the person."""

    question = blocks.TextBlock(label=_("Question"))
    options = blocks.ListBlock(QuizOptionBlock(), label=_("Options"), min_num=2)

    class Meta:
        icon = "help"
        label = _("Quiz")


class ImageBlock(blocks.StructBlock):
    """A picture with its alternative text."""

    image = OwnPictureBlock(label=_("Picture"))
    alt = blocks.CharBlock(label=_("Alternative text"))
    caption = blocks.CharBlock(label=_("Caption"), required=False)

    class Meta:
        icon = "image"
        label = _("Picture")


class AudioBlock(blocks.StructBlock):
    """A recording; the transcript carries it for those who can't listen."""

    file = OwnRecordingBlock(label=_("Recording"))
    caption = blocks.CharBlock(label=_("What it is"))
    transcript = blocks.TextBlock(label=_("Transcript"))

    class Meta:
        icon = "media"
        label = _("Audio")


class VideoBlock(blocks.StructBlock):
    """A film with captions and transcript."""

    file = OwnRecordingBlock(label=_("Film"))
    captions = OwnRecordingBlock(label=_("Captions (WebVTT)"))
    caption = blocks.CharBlock(label=_("What it is"))
    transcript = blocks.TextBlock(label=_("Transcript"))

    class Meta:
        icon = "media"
        label = _("Video")
