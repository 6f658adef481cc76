"""Blocks that the patient does rather than reads: homework until next time, and a guided exercise at a pace."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from programs.block_shapes import MOST_LINES, MOST_SECONDS
from programs.blocks.shown import TO_DO, ShownBlock


class TaskBlock(blocks.StructBlock):
    """One thing to do; how far she has come follows from what she has handed in at the step."""

    step = blocks.CharBlock(
        label=_("Key of the step"),
        max_length=40,
        help_text=_("A step of this module, often one with an exercise."),
    )
    text = blocks.CharBlock(label=_("What to do"), max_length=300)

    class Meta:
        icon = "check"
        label = _("Task")


class HomeworkBlock(ShownBlock):
    """What to do until next time, as a list that shows how far one has come."""

    shows = "homework"

    title = blocks.CharBlock(
        label=_("Title"), required=False, max_length=120, help_text=_("Empty: Until next time.")
    )
    tasks = blocks.ListBlock(TaskBlock(), label=_("Tasks"), min_num=1, max_num=12)

    class Meta:
        group = TO_DO
        description = _("A list of what to do until next time, which shows the patient what is done.")
        icon = "tasks"
        label = _("Homework")


class PacingLineBlock(blocks.StructBlock):
    """One line, on the page for so many seconds."""

    text = blocks.CharBlock(label=_("Text"), max_length=500)
    seconds = blocks.IntegerBlock(label=_("Seconds"), min_value=1, max_value=MOST_SECONDS, default=10)

    class Meta:
        icon = "time"
        label = _("Line")


class PacingBlock(ShownBlock):
    """A guided relaxation or breathing exercise without a recording: one line at a time, at its pace."""

    shows = "pacing"

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    lines = blocks.ListBlock(PacingLineBlock(), label=_("Lines"), min_num=2, max_num=MOST_LINES)

    class Meta:
        group = TO_DO
        description = _(
            "Relaxation or breathing, one line at a time at its own pace, where there is no recording. The exercise "
            "Relaxation and slow breathing asks for tension before and after: put it in the same step or the next."
        )
        icon = "time"
        label = _("Guided exercise")
