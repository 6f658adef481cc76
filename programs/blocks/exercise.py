"""The block that puts an exercise in a step: which definition, how many entries, which fields."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from programs.blocks.own_text import OwnTextBlock
from programs.blocks.shown import TO_DO, ShownBlock
from programs.exercises.definitions import load_all


def exercise_choices() -> list[tuple[str, str]]:
    """The exercise types in the order of their Swedish names."""
    return sorted(((key, known.name["sv"]) for key, known in load_all().items()), key=lambda pair: pair[1])


class ExerciseBlock(ShownBlock):
    """An interactive exercise; the patient's entries are kept under the key of the step."""

    shows = "exercise"

    exercise = blocks.ChoiceBlock(choices=exercise_choices, label=_("Exercise"))
    intro = OwnTextBlock(label=_("Introduction"), features=["bold", "italic", "ul"], required=False)
    required_count = blocks.IntegerBlock(label=_("Entries needed"), min_value=0, default=1)
    optional = blocks.BooleanBlock(label=_("Optional"), required=False)
    # One line and not a list: a list's inputs come without labels for screen readers.
    fields = blocks.CharBlock(
        label=_("Only these fields"),
        required=False,
        help_text=_("Names of fields with commas between. Empty: all fields."),
    )
    continues = blocks.CharBlock(
        label=_("Continues the step"),
        required=False,
        help_text=_("Key of an earlier step with the same exercise."),
    )

    class Meta:
        group = TO_DO
        description = _(
            "Something to fill in, at most one in a step. The menu lists them all with their fields."
        )
        icon = "edit"
        label = _("Exercise")
