"""A step: a permanent key, a title, and its blocks."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from programs.blocks.content import AudioBlock, ImageBlock, QuizBlock, QuoteBlock, TextBlock, VideoBlock
from programs.blocks.exercise import ExerciseBlock

KEY = RegexValidator(r"^[a-z0-9][a-z0-9-]{0,58}$", _("A key has small letters, digits and hyphens."))


class StepBlock(blocks.StructBlock):
    """One step of a module; what a patient writes in it is kept under its key for ever."""

    key = blocks.CharBlock(
        label=_("Key"), validators=[KEY], help_text=_("Never change it once patients have started.")
    )
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    blocks = blocks.StreamBlock(
        [
            ("text", TextBlock()),
            ("quote", QuoteBlock()),
            ("quiz", QuizBlock()),
            ("exercise", ExerciseBlock()),
            ("image", ImageBlock()),
            ("audio", AudioBlock()),
            ("video", VideoBlock()),
        ],
        label=_("Content"),
        block_counts={"exercise": {"max_num": 1}},
    )

    class Meta:
        icon = "list-ul"
        label = _("Step")


def steps_blocks() -> list[tuple[str, blocks.Block]]:
    """What a module's StreamField holds: steps only."""
    return [("step", StepBlock())]
