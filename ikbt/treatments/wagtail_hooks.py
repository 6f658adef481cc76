"""What Wagtail's admin shows of the course: recalling a module, which reaches patients."""

from __future__ import annotations

from django.urls import URLPattern, path
from wagtail import hooks

from ikbt.treatments.views import recall


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Each has a door of its own."""
    return [
        path("program/<int:page_id>/aterkalla/", recall.recall, name="program_recall"),
        path(
            "program/<int:page_id>/aterkalla/<uuid:recall_id>/hav/",
            recall.lift_recall,
            name="program_lift_recall",
        ),
    ]
