"""What an author sees of a block before she chooses it: a sentence, and an example drawn as a patient sees it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from programs.block_documents import BLOCKS, MediaBox
from programs.exercise_preview import exercise_preview
from programs.rendering import draw

# How the picker groups the blocks.
TO_READ, TO_DO, TO_SEE = _("To read"), _("To do"), _("Pictures and sound")


EXAMPLES: dict[str, Any] = json.loads(Path(__file__).with_name("examples.json").read_text(encoding="utf-8"))


class ShownBlock(blocks.StructBlock):
    """A block of a step; `shows` is its type in the file format, and names its example where it has one."""

    shows = ""

    class Meta:
        preview_template = "programs/admin/block_preview.html"

    @property
    def is_previewable(self) -> bool:
        """Pictures and recordings have no example: they lie on a unit's own shelf."""
        return self.shows in EXAMPLES

    def get_preview_value(self) -> Any:
        """The example, as an author would have filled it in."""
        return self.normalize(self.to_python(EXAMPLES[self.shows]))

    def get_preview_context(
        self, value: Any, parent_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The example, frozen and drawn like a step of its own; nothing is stored."""
        document = BLOCKS[self.shows](value, MediaBox())
        step = {"key": "exempel", "title": "", "minutes": 1, "blocks": [document]}
        drawn = draw({"steps": [step]}, "exempel", str)
        return {**(parent_context or {}), "step": drawn, **exercise_preview(drawn, language="sv")}
