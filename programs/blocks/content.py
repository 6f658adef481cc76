"""Blocks that a patient reads or looks at: text, case, quiz, pictures and recordings with transcript."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from programs.blocks.own_shelf import OwnPictureBlock, OwnRecordingBlock
from programs.blocks.own_text import OwnTextBlock
from programs.blocks.shown import TO_DO, TO_READ, TO_SEE, ShownBlock
from programs.illustrations import ILLUSTRATIONS

CALLOUTS = [("important", _("Important")), ("tip", _("Tip")), ("example", _("Example"))]
RICH_TEXT = ["h2", "h3", "bold", "italic", "ol", "ul", "link"]


def illustration_choices() -> list[tuple[str, str]]:
    """The drawings by what they show."""
    return sorted(((name, str(shows)) for name, shows in ILLUSTRATIONS.items()), key=lambda pair: pair[1])


class TextBlock(ShownBlock):
    """Running text."""

    shows = "text"

    html = OwnTextBlock(label=_("Text"), features=RICH_TEXT)

    class Meta:
        group = TO_READ
        description = _("Headings, paragraphs, lists and links.")
        icon = "pilcrow"
        label = _("Text")


class CalloutBlock(ShownBlock):
    """What must not be missed, a piece of advice, or an example, apart from the running text."""

    shows = "callout"

    kind = blocks.ChoiceBlock(choices=CALLOUTS, default="tip", label=_("Kind of callout"))
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    html = OwnTextBlock(label=_("Text"), features=["bold", "italic", "ol", "ul", "link"])

    class Meta:
        group = TO_READ
        description = _("What must not be missed, a tip or an example, set apart from the text.")
        icon = "info-circle"
        label = _("Callout")


class QuoteBlock(ShownBlock):
    """A case or a quotation; invented persons are marked as such."""

    shows = "quote"

    html = OwnTextBlock(label=_("Text"), features=["bold", "italic"])
    person = blocks.CharBlock(label=_("Who"), required=False)
    invented = blocks.BooleanBlock(label=_("Invented person"), required=False, default=True)

    class Meta:
        group = TO_READ
        description = _("Somebody else tells. Say so when the person is made up.")
        icon = "openquote"
        label = _("Quote or case")


class QuizOptionBlock(blocks.StructBlock):
    """One option of a quiz; the explanation is shown whichever is chosen."""

    text = blocks.CharBlock(label=_("Option"))
    right = blocks.BooleanBlock(label=_("Right"), required=False)
    explanation = blocks.TextBlock(label=_("Explanation"))


class QuizBlock(ShownBlock):
    """A question to oneself; explains, never scores the person."""

    shows = "quiz"

    question = blocks.TextBlock(label=_("Question"))
    options = blocks.ListBlock(QuizOptionBlock(), label=_("Options"), min_num=2)

    class Meta:
        group = TO_DO
        description = _("A question to oneself. Each answer explains; nothing is saved, nobody is scored.")
        icon = "help"
        label = _("Quiz")


class IllustrationBlock(ShownBlock):
    """One of the drawings that come with the platform; it follows day, night and print."""

    shows = "illustration"

    name = blocks.ChoiceBlock(choices=illustration_choices, label=_("Illustration"))
    alt = blocks.CharBlock(
        label=_("Alternative text"),
        max_length=500,
        help_text=_("What the drawing says, for somebody who does not see it."),
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=500)

    class Meta:
        group = TO_SEE
        description = _("One of our own drawings. No words in them, so they suit all languages.")
        icon = "image"
        label = _("Illustration")


class ImageBlock(ShownBlock):
    """A picture with its alternative text."""

    shows = "image"

    image = OwnPictureBlock(label=_("Picture"))
    alt = blocks.CharBlock(label=_("Alternative text"))
    caption = blocks.CharBlock(label=_("Caption"), required=False)

    class Meta:
        group = TO_SEE
        description = _("A picture of your own, from the unit's shelf.")
        icon = "image"
        label = _("Picture")


class AudioBlock(ShownBlock):
    """A recording; the transcript carries it for those who can't listen."""

    shows = "audio"

    file = OwnRecordingBlock(label=_("Recording"))
    caption = blocks.CharBlock(label=_("What it is"))
    transcript = blocks.TextBlock(label=_("Transcript"))

    class Meta:
        group = TO_SEE
        description = _(
            "A recording with all that is said in writing. The exercise Relaxation and slow breathing asks for "
            "tension before and after: put it in the same step or the next."
        )
        icon = "media"
        label = _("Audio")


class VideoBlock(ShownBlock):
    """A film with captions and transcript."""

    shows = "video"

    file = OwnRecordingBlock(label=_("Film"))
    captions = OwnRecordingBlock(label=_("Captions (WebVTT)"))
    poster = OwnPictureBlock(
        label=_("Picture before it plays"),
        required=False,
        help_text=_(
            "Stands in the film's place until it is played. Only decoration: it needs no alternative text."
        ),
    )
    caption = blocks.CharBlock(label=_("What it is"))
    transcript = blocks.TextBlock(label=_("Transcript"))

    class Meta:
        group = TO_SEE
        description = _("A film with captions and all that is said in writing.")
        icon = "media"
        label = _("Video")
