"""Choosers that take from an author's own shelf only: Wagtail's take any picture whose number is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from programs.used_of_wagtail import Kind

Deconstructed = tuple[str, list[Any], dict[str, Any]]
May = Callable[[Kind, Any], bool]
# What the one who is being answered may put in a page. None: a command, which has no author.
_may: ContextVar[May | None] = ContextVar("may", default=None)


@contextmanager
def choosing(may: May) -> Iterator[None]:
    """Forms read from here on take a picture or recording only where `may(kind, key)` says so."""
    token = _may.set(may)
    try:
        yield
    finally:
        _may.reset(token)


def _may_put_in(kind: Kind, value: Any) -> bool:
    may = _may.get()
    return may is None or may(kind, getattr(value, "pk", value))


class OwnPictureBlock(ImageChooserBlock):
    """A picture from the unit's shelf; another's is as if none was chosen."""

    def value_from_form(self, value: Any) -> Any:
        return super().value_from_form(value) if _may_put_in(Kind.PICTURE, value) else None

    def deconstruct(self) -> Deconstructed:
        """For migrations it is Wagtail's: what is stored is the same."""
        _path, args, kwargs = super().deconstruct()
        return "wagtail.images.blocks.ImageChooserBlock", args, kwargs


class OwnRecordingBlock(DocumentChooserBlock):
    """A recording from the unit's shelf; another's is as if none was chosen."""

    def value_from_form(self, value: Any) -> Any:
        return super().value_from_form(value) if _may_put_in(Kind.RECORDING, value) else None

    def deconstruct(self) -> Deconstructed:
        """For migrations it is Wagtail's: what is stored is the same."""
        _path, args, kwargs = super().deconstruct()
        return "wagtail.documents.blocks.DocumentChooserBlock", args, kwargs
