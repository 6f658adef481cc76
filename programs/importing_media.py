"""Puts a program folder's pictures and recordings on the unit's shelf in Wagtail, each content once."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.core.files import File
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from ikbt.accounts.models import CareUnit
from programs.shapes import Misshapen
from programs.site_tree import unit_collection


class MediaShelf:
    """The unit's collection, filled from one folder."""

    def __init__(self, folder: Path, unit: CareUnit) -> None:
        self.folder = folder
        self.unit = unit

    def picture(self, name: str) -> int:
        """Id of the picture with this file's content."""
        return self._find_or_store(get_image_model(), name)

    def recording(self, name: str) -> int:
        """Id of the document with this file's content."""
        return self._find_or_store(get_document_model(), name)

    def _find_or_store(self, model: Any, name: str) -> int:
        content = (self.folder / name).read_bytes()
        # SHA-1 is what Wagtail keeps to find doubles; what patients get is named by SHA-256.
        sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        collection = unit_collection(self.unit)
        found = model.objects.filter(collection=collection, file_hash=sha1).first()
        if found is None:
            found = model(
                title=Path(name).name, collection=collection, file_hash=sha1, file_size=len(content)
            )
            self._store(found, name)
        return int(found.pk)

    def _store(self, made: Any, name: str) -> None:
        with (self.folder / name).open("rb") as opened:
            try:
                made.file.save(Path(name).name, File(opened), save=True)
            # Pillow raises these for what begins like a picture and isn't one.
            except (SyntaxError, OSError, ValueError) as broken:
                raise Misshapen(name, "can't be read as a picture") from broken
