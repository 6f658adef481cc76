"""Which files may go with a message: decides by what they hold and how big they are, never by what they are called."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

MOST_BYTES = 5 * 1024 * 1024
MOST_FILES = 3
# A photo of a phone has some 12 million; a bomb has thousands of millions.
MOST_PIXELS = 50_000_000
LONGEST_NAME = 80
PDF = "application/pdf"
PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG"}
# What each kind is called when it is fetched.
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", PDF: "pdf"}
_BEGINS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"%PDF-": PDF}
_END_OF_PDF, _WITHIN = b"%%EOF", 1024
NOT_ALLOWED = _("We can take pictures (JPEG, PNG) and PDF. Choose another file.")


@dataclass(frozen=True)
class Accepted:
    """A file as it is kept: its kind by content, its name without a way, pictures without what the camera wrote in."""

    name: str
    kind: str
    content: bytes


def accept_file(name: str, content: bytes) -> Accepted:
    """The file as it may be kept. Raises ValidationError, code "file", for what is too big, empty or no kind of ours.

    Pictures are drawn anew: place and device go, and so does whatever else was hidden behind the picture.
    """
    if len(content) > MOST_BYTES:
        most = filesizeformat(MOST_BYTES)
        raise ValidationError(_("The file is too big: %(most)s at most."), code="file", params={"most": most})
    kind = next((kind for begins, kind in _BEGINS.items() if content.startswith(begins)), "")
    if kind in PICTURES:
        content = _drawn_anew(content, PICTURES[kind])
    elif kind != PDF or _END_OF_PDF not in content[-_WITHIN:]:
        raise ValidationError(NOT_ALLOWED, code="file")
    return Accepted(_plain_name(name, kind), kind, content)


def _drawn_anew(content: bytes, shape: str) -> bytes:
    try:
        with Image.open(BytesIO(content), formats=[shape]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValidationError(_("The picture has too many pixels."), code="file")
            upright = ImageOps.exif_transpose(picture)
            drawn = BytesIO()
            plain = upright if shape == "PNG" else upright.convert("RGB")
            plain.save(drawn, format=shape, **({} if shape == "PNG" else {"quality": 88}))
            return drawn.getvalue()
    # Pillow raises these for what begins like a picture and isn't one, and for a bomb of pixels.
    except (Image.DecompressionBombError, SyntaxError, OSError, ValueError, struct.error) as broken:
        raise ValidationError(NOT_ALLOWED, code="file") from broken


def _plain_name(name: str, kind: str) -> str:
    """What she called it, in plain signs, with the ending that its content has."""
    stem = PurePath(name.replace("\\", "/")).stem
    kept = "".join(sign for sign in stem if sign.isalnum() or sign in " -_.")[:LONGEST_NAME].strip(" .")
    return f"{kept or 'bilaga'}.{ENDINGS[kind]}"
