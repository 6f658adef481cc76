"""The panel that tells an author, in the editor, what her saved draft measures and what to mend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel

from ikbt.common import clock
from programs.block_checks import Problem
from programs.block_documents import MediaBox
from programs.figures import figures_of_module, figures_of_step
from programs.freezing import freeze, module_document, newest
from programs.looking_after import module_to_look_after, to_look_after
from programs.preflight import LIX_WARNS, LONG_STEP_MINUTES, problems_of, problems_of_module
from programs.where_to_mend import with_ways, within


class ChecksPanel(Panel):
    """Of a program or a module. It follows what was saved last; a page that isn't saved yet has nothing to tell."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"heading": _("Checks"), "icon": "check", **kwargs})

    class BoundPanel(Panel.BoundPanel):
        template_name = "programs/admin/checks.html"

        def is_shown(self) -> bool:
            return self.instance.pk is not None

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            found, lines = told(self.instance)
            return {
                **super().get_context_data(parent_context),
                "stopping": [one for one in found if one.stops],
                "remarks": [one for one in found if not one.stops],
                "lines": lines,
                "aim": LIX_WARNS,
                "long": LONG_STEP_MINUTES,
            }


def told(page: Any) -> tuple[list[Problem], list[Any]]:
    """Findings and figures of a module's steps, or of a program's modules."""
    if hasattr(page, "steps"):
        document = module_document(page, MediaBox())
        sources = [child.value["url"] for child in newest(page.get_parent().specific).sources]
        found = [*problems_of_module(document), *module_to_look_after(document, sources=sources)]
        return within(found, page), [figures_of_step(step) for step in document["steps"]]
    frozen = freeze(page)
    documents = [module.document for module in frozen.modules]
    found = [*problems_of(frozen), *to_look_after(frozen.program, documents, today=clock.today())]
    return with_ways(found, page), [figures_of_module(document) for document in documents]
