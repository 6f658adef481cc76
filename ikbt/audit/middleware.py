"""Turns a log that can't be written into a 503: nothing is shown that was not logged."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ikbt.audit.recording import is_about_the_log
from ikbt.common.failing import PASSING
from ikbt.common.views import unavailable

log = logging.getLogger(__name__)


class refuse_when_unlogged:  # noqa: N801 - named as the function it acts as; a class because Django asks for process_exception
    """Answer 503 with Retry-After when a door or a verb could not write its row."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Unlogged, and a log that refuses at commit; a database that is gone, too. All else goes on to Django."""
        if isinstance(exception, PASSING) or is_about_the_log(exception):
            log.error("Nothing shown: %s", type(exception).__name__, exc_info=exception)
            return unavailable(request)
        return None
