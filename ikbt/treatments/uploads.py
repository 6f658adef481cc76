"""Reads the files of a posted message: decides how many there may be, and that a scanner has seen each."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ikbt.treatments.attached_files import MOST_BYTES, MOST_FILES, Accepted, accept_file
from programs.virus_scan import check_for_viruses

FIELD = "files"
ACCEPT = "image/jpeg,image/png,application/pdf"


def files_of(request: HttpRequest) -> list[Accepted]:
    """What was sent along, accepted. Raises ValidationError, code "file"."""
    sent = request.FILES.getlist(FIELD)
    if len(sent) > MOST_FILES:
        raise ValidationError(
            _("At most %(n)d files go with one message."), code="file", params={"n": MOST_FILES}
        )
    found = []
    for file in sent:
        try:
            check_for_viruses(file)
        except ValidationError as refused:
            raise ValidationError(refused.messages, code="file") from refused
        # One byte more than is allowed says that it is too big; the rest is never read.
        found.append(accept_file(file.name or "", file.read(MOST_BYTES + 1)))
    return found
