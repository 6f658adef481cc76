"""Decides which pictures and recordings may be put on the shelf: by content and size, under names of ours."""

from __future__ import annotations

import struct
from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from programs.media import HEAD_BYTES, kind_of
from programs.virus_scan import check_for_viruses

# Half an hour of film for a phone.
MOST_BYTES = 300 * 1024 * 1024
# What a file of each kind may be called; a picture among the recordings is none.
ENDINGS: dict[str, frozenset[str]] = {
    "audio/mpeg": frozenset({"mp3"}),
    "audio/ogg": frozenset({"ogg", "oga"}),
    "audio/wav": frozenset({"wav"}),
    "audio/mp4": frozenset({"m4a"}),
    "video/mp4": frozenset({"mp4"}),
    "video/webm": frozenset({"webm"}),
    "text/vtt": frozenset({"vtt"}),
}


def own_name(given: str) -> str:
    """A name that tells nothing and leads nowhere, with the last ending of the given one."""
    return f"{uuid4().hex}{PurePath(given).suffix.lower()}"


def check_recording(file: UploadedFile[Any]) -> None:
    """Raise ValidationError for what is too big, is no recording or is called something else than it is."""
    if (file.size or 0) > MOST_BYTES:
        raise ValidationError(
            _("The file is too big. It may be %(most)s at most.") % {"most": filesizeformat(MOST_BYTES)}
        )
    kind = kind_of(file.read(HEAD_BYTES))
    file.seek(0)
    if PurePath(file.name or "").suffix.lower().lstrip(".") not in ENDINGS.get(kind or "", frozenset()):
        raise ValidationError(
            _("We can't show this. Choose a recording (MP3, OGG, WAV, M4A, MP4, WebM) or subtitles (VTT).")
        )


# Tags are shared by all units, and are offered to everybody who begins to write one.
SHARED = "tags"


class RecordingForm(BaseDocumentForm):
    """Wagtail's form for documents, which are recordings here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop(SHARED, None)

    def clean_file(self) -> Any:
        """Checked when it is new; an old file was."""
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            check_recording(file)
            check_for_viruses(file)
            file.name = own_name(file.name or "")
        return file


class PictureField(WagtailImageField):
    """Wagtail's field: it counts pixels and compares ending and content, but breaks on a broken picture."""

    def to_python(self, data: Any) -> Any:
        """A fault of the form, where Wagtail's would answer 500."""
        try:
            return super().to_python(data)
        # Pillow raises these for what begins like a picture and isn't one, and for a bomb of pixels.
        except (Image.DecompressionBombError, SyntaxError, OSError, ValueError, struct.error) as broken:
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from broken


class PictureForm(BaseImageForm):
    """Wagtail's form for pictures, with a field that stands broken ones."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop(SHARED, None)
        if given := self.fields.get("file"):
            self.fields["file"] = PictureField(
                label=given.label, widget=given.widget, required=given.required, help_text=given.help_text
            )

    def clean_file(self) -> Any:
        """Under a name of ours."""
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            check_for_viruses(file)
            file.name = own_name(file.name or "")
        return file
