"""The editor's forms for programs and modules: keys are made when left empty, and stand once they are released."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks import BlockField

from programs.keys import new_module_key, new_program_key, released_steps_renamed, step_keys
from programs.posted_blocks import unknown_blocks


def released_outlines(page: Any) -> list[dict[str, Any]]:
    """The outlines of all versions of the program that is drafted on a page."""
    # A page that nothing has been published from has no program yet.
    program = getattr(page, "program", None)
    return list(program.versions.values_list("outline", flat=True)) if program else []


# What a form is sent with and is nothing of the page's. Wagtail keeps what is sent, for the preview.
NOT_THE_PAGES = ("csrfmiddlewaretoken", "next")


class KeyedForm(WagtailAdminPageForm):
    """A page with a key of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            sent = self.data.copy()  # type: ignore[has-type]
            for name in NOT_THE_PAGES:
                sent.pop(name, None)
            self.data = sent
        if "key" in self.fields:
            self.fields["key"].required = False
            self.fields["key"].help_text = _("Leave it empty: it is made for you. It is for ever.")

    def clean(self) -> dict[str, Any]:
        """Refuse blocks that there are none of, where Wagtail would leave them out without a word."""
        cleaned: dict[str, Any] = super().clean()
        said = _("Block %(place)s: there is no block called “%(kind)s”. Nothing was saved.")
        for name, field in self.fields.items():
            if isinstance(field, BlockField):
                for place, kind in unknown_blocks(field.block, name, self.data):
                    self.add_error(name, said % {"place": place, "kind": kind[:60]})
        return cleaned

    def clean_key(self) -> str:
        """What is typed, else what stood, else a new one."""
        typed: str = self.cleaned_data.get("key") or ""
        stood: str = self.instance.key or ""
        if stood and typed not in {"", stood} and self.is_released(stood):
            self.add_error("key", _("It has been published under the key %(key)s.") % {"key": stood})
        return typed or stood or self.new_key()

    def is_released(self, key: str) -> bool:
        raise NotImplementedError

    def new_key(self) -> str:
        raise NotImplementedError


class ProgramForm(KeyedForm):
    """A program's own page."""

    def is_released(self, key: str) -> bool:
        """A program's key is among its unit's, and a version carries it."""
        return bool(released_outlines(self.instance))

    def new_key(self) -> str:
        """After its title, among those of the unit."""
        siblings = self.parent_page.get_children().specific() if self.parent_page else ()
        return new_program_key(str(self.data.get("title", "")), {page.key for page in siblings})


class ModuleForm(KeyedForm):
    """A module's page."""

    def is_released(self, key: str) -> bool:
        return any(module["key"] == key for module in self._outline_modules())

    def new_key(self) -> str:
        """The next free number in the program; what a version holds stays taken, though its draft is gone."""
        if not self.parent_page:
            return new_module_key(())
        standing = {page.key for page in self.parent_page.get_children().specific()}
        outlines = released_outlines(self.parent_page.specific)
        return new_module_key(
            standing | {module["key"] for outline in outlines for module in outline["modules"]}
        )

    def clean_steps(self) -> Any:
        """The steps; one that patients may have written in keeps its key."""
        steps = self.cleaned_data["steps"]
        released = {step["key"] for module in self._outline_modules() for step in module["steps"]}
        renamed = released_steps_renamed(step_keys(self.instance.steps), step_keys(steps), released)
        if renamed:
            said = _("These steps have been published and keep their keys: %(keys)s.")
            self.add_error("steps", said % {"keys": ", ".join(renamed)})
        return steps

    def _outline_modules(self) -> list[dict[str, Any]]:
        parent = self.instance.get_parent() if self.instance.pk else None
        outlines = released_outlines(parent.specific) if parent else []
        return [module for outline in outlines for module in outline["modules"]]
