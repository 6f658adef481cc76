"""The outbox's task for Django's Tasks API."""

from __future__ import annotations

from uuid import UUID

from django_tasks import task

from ikbt.common import clock
from ikbt.outbox.sending import send


@task()
def deliver(notice_id: str) -> bool:
    """Send one notice; what fails stays due for the command send_notices."""
    return send(UUID(notice_id), at=clock.now())
