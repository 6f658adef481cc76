"""A step: a permanent key, a title, and its blocks."""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from programs.blocks.content import (
    AudioBlock,
    CalloutBlock,
    IllustrationBlock,
    ImageBlock,
    QuizBlock,
    QuoteBlock,
    TextBlock,
    VideoBlock,
)
from programs.blocks.doing import HomeworkBlock, PacingBlock
from programs.blocks.exercise import ExerciseBlock
from programs.blocks.tailoring import for_subtypes, shown_when
from programs.keys import new_step_key

KEY = RegexValidator(r"^[a-z0-9][a-z0-9-]{0,58}$", _("A key has small letters, digits and hyphens."))


class StepBlock(blocks.StructBlock):
    """One step of a module; what a patient writes in it is kept under its key for ever."""

    key = blocks.CharBlock(
        label=_("Key"),
        required=False,
        validators=[KEY],
        help_text=_("Leave it empty: it is made for you. Once published it stands."),
    )
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    blocks = blocks.StreamBlock(
        [
            ("text", TextBlock()),
            ("callout", CalloutBlock()),
            ("quote", QuoteBlock()),
            ("quiz", QuizBlock()),
            ("exercise", ExerciseBlock()),
            ("homework", HomeworkBlock()),
            ("pacing", PacingBlock()),
            ("illustration", IllustrationBlock()),
            ("image", ImageBlock()),
            ("audio", AudioBlock()),
            ("video", VideoBlock()),
        ],
        label=_("Content"),
        block_counts={"exercise": {"max_num": 1}},
    )
    show = shown_when()
    only_for = for_subtypes()

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> Any:
        """As typed; a new step gets its key here, so that saving again keeps it."""
        value = super().value_from_datadict(data, files, prefix)
        value["key"] = value["key"] or new_step_key()
        return value

    class Meta:
        icon = "list-ul"
        label = _("Step")


def steps_blocks() -> list[tuple[str, blocks.Block]]:
    """What a module's StreamField holds: steps only."""
    return [("step", StepBlock())]
