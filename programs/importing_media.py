"""Puts a program folder's pictures and recordings on the unit's shelf in Wagtail, each content once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
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
        # What this shelf has written, each with where: a file knows nothing of a transaction.
        self._written: list[tuple[Any, str]] = []

    @contextmanager
    def swept(self) -> Iterator[None]:
        """Around the transaction that fills the shelf: what fails leaves no files behind, as it leaves no rows."""
        try:
            yield
        except BaseException:
            for storage, name in self._written:
                storage.delete(name)
            raise
        finally:
            self._written = []

    def picture(self, name: str) -> int:
        """Id of the picture with this file's content."""
        return self._find_or_store(get_image_model(), name)

    def recording(self, name: str) -> int:
        """Id of the document with this file's content."""
        return self._find_or_store(get_document_model(), name)

    def _find_or_store(self, model: Any, name: str) -> int:
        place = self.folder / name
        with place.open("rb") as opened:
            # A piece at a time: a recording may be larger than the memory. SHA-1 is what Wagtail keeps to find doubles;
            # what patients get is named by SHA-256.
            sha1 = hashlib.file_digest(opened, partial(hashlib.sha1, usedforsecurity=False)).hexdigest()
        collection = unit_collection(self.unit)
        found = model.objects.filter(collection=collection, file_hash=sha1).first()
        if found is None:
            size = place.stat().st_size
            found = model(title=self._shelf_name(name), collection=collection, file_hash=sha1, file_size=size)
            self._store(found, name)
        return int(found.pk)

    def _shelf_name(self, name: str) -> str:
        return Path(name).name

    def _store(self, made: Any, name: str) -> None:
        file = made.file
        with (self.folder / name).open("rb") as opened:
            try:
                file.save(self._shelf_name(name), File(opened), save=True)
            # Pillow raises these for what begins like a picture and isn't one.
            except (SyntaxError, OSError, ValueError) as broken:
                raise Misshapen(name, "can't be read as a picture") from broken
            finally:
                # Also what turned out to be no picture was written first.
                if file.name:
                    self._written.append((file.storage, file.name))
