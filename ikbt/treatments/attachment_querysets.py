"""Questions about attachments: which stand in a treatment's messages, without what they hold."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import UUID

from ikbt.common.scoping import ScopedQuerySet

if TYPE_CHECKING:
    from ikbt.treatments.models import Attachment


class AttachmentQuerySet(ScopedQuerySet["Attachment"]):
    """Questions to the attachments."""

    def by_message(self) -> dict[UUID, list[Attachment]]:
        """Those of the treatment asked for, by their message; one query, and what they hold is left where it is."""
        found: dict[UUID, list[Attachment]] = defaultdict(list)
        for one in self.defer("content").order_by("id"):
            found[one.message_id].append(one)
        return found
