"""What a patient's step is weighed against, in tests only: the practical limit, and a stock Wagtail page."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template import engines
from django.urls import include, path
from wagtail.models import Page, Site

from ikbt.accounts.models import Person
from ikbt.treatments.models import Treatment

# What `startproject` gives, in its order: nothing of ours, and no second factor.
STOCK_MIDDLEWARE = [
    "tests.benchmarks.limit.with_own_addresses",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
STOCK_BACKEND = "django.contrib.auth.backends.ModelBackend"
FRAME = """<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>{{ title }}</title></head>
<body><header><nav><a href="/">{{ user.first_name }}</a></nav></header>
<main><h1>{{ title }}</h1>%s</main></body></html>"""
ONE_ROW = FRAME % "<p>{{ row.starts_on }} {{ row.state }}</p>"
STOCK_PAGE = (
    "{% load wagtailcore_tags %}"
    + FRAME % "{% for step in page.steps %}{% include_block step.value.blocks %}{% endfor %}"
)


def with_own_addresses(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: the addresses of this module."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.urlconf = __name__
        return get_response(request)

    return middleware


@login_required
def one_row(request: HttpRequest, treatment_id: UUID) -> HttpResponse:
    """The practical limit: who is signed in, one row, a small template."""
    assert isinstance(request.user, Person)
    row = Treatment.objects.of_patient(request.user.pk).get(pk=treatment_id)
    template = engines["django"].from_string(ONE_ROW)
    return HttpResponse(template.render({"row": row, "title": row.pk}, request))


@login_required
def stock(request: HttpRequest, page_id: int) -> HttpResponse:
    """A module's draft as Wagtail itself draws its blocks, without the cost of finding it by its path."""
    Site.find_for_request(request)
    page = Page.objects.get(pk=page_id).specific
    template = engines["django"].from_string(STOCK_PAGE)
    return HttpResponse(template.render({"page": page, "title": page.title}, request))


urlpatterns = [
    path("rad/<uuid:treatment_id>/", one_row),
    path("sida/<int:page_id>/", stock),
    path("", include("ikbt.urls")),
]
