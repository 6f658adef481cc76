"""Pages of no app: errors, the style guide; decides what each may tell."""

from __future__ import annotations

import re
import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from ikbt.common import context, style_guide
from ikbt.common.doors import ANYONE
from ikbt.common.failing import PASSING

# Fields whose values are never shown again.
SECRET = re.compile("password|code|token|held|key")


@ANYONE("GET")
def styleguide(request: HttpRequest, nobody: None) -> HttpResponse:
    """Every component with made-up content; only routed where no real patients are."""
    return render(request, "layouts/styleguide.html", style_guide.samples())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 400, why=_too_much(exception))


def _too_much(exception: Exception) -> str:
    """Why trying again would not help: more was sent than is taken at once. "" for all else."""
    if isinstance(exception, TooManyFieldsSent):
        said = _(
            "The page has more fields than the %(most)d that can be sent at once, so nothing was saved. "
            "Divide it: a long module into two, for example."
        )
        return said % {"most": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS}
    if isinstance(exception, RequestDataTooBig):
        said = _("More was sent than the %(most)d MB that can be taken at once, so nothing was saved.")
        return said % {"most": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20}
    return ""


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours; or a matter of waiting, when it was raised past all views, as by the session's own row."""
    return unavailable(request) if isinstance(sys.exception(), PASSING) else _error(request, 500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database or the log can't be reached: shows what was typed, so that nothing is lost."""
    page = _error(request, 503, writings=writings_in(request.POST))
    page["Retry-After"] = "30"
    return page


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page left open past its session, most often: shows what was typed, so that it can be copied."""
    return _error(request, 403, "403_csrf.html", writings=writings_in(request.POST))


def too_many(request: HttpRequest) -> HttpResponse:
    """More was sent than a person types: shows what was typed, so that nothing is lost."""
    return _error(request, 429, writings=writings_in(request.POST))


def writings_in(post: QueryDict) -> list[str]:
    """What somebody wrote in a refused form: texts with words in them, never secrets, keys or choices."""
    return [
        value
        for name, values in post.lists()
        if not SECRET.search(name)
        for value in values
        if len(value.split()) > 1
    ]


def _error(request: HttpRequest, status: int, template: str = "", **more: object) -> HttpResponse:
    """Rendered without the request: no session, no database, no messages used up."""
    page = render_to_string(template or f"{status}.html", {**context.page(request), **more})
    return HttpResponse(page, status=status)
