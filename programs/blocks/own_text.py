"""Running text that an author types; what isn't the editor's own format is a fault of the form, not of the server."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.rich_text import RichText

Deconstructed = tuple[str, list[Any], dict[str, Any]]


class Unreadable(RichText):
    """Stands for what was sent and is no rich text."""


class OwnTextBlock(blocks.RichTextBlock):
    """Wagtail's block, which breaks on what its editor never sends."""

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> Any:
        """The text; Unreadable for what can't be read as the editor's JSON."""
        try:
            return super().value_from_datadict(data, files, prefix)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
            return Unreadable("")

    def clean(self, value: Any) -> Any:
        """Refuses what could not be read."""
        if isinstance(value, Unreadable):
            raise ValidationError(_("The text can't be read. Type it again."))
        return super().clean(value)

    def deconstruct(self) -> Deconstructed:
        """For migrations it is Wagtail's: what is stored is the same."""
        _path, args, kwargs = super().deconstruct()
        return "wagtail.blocks.RichTextBlock", args, kwargs
