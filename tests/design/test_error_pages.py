"""Error pages depend on nothing, tell where help is and how to go on."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from ikbt.common import views

NAMES = ["400", "403", "403_csrf", "404", "500", "503"]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_drawn_without_any_context_and_shows_crisis_numbers(name: str) -> None:
    with translation.override("sv"):
        html = render_to_string(f"{name}.html")

    assert 'href="tel:112"' in html
    assert 'href="tel:1177"' in html
    assert re.search(r"<h1[ >]", html)


def test_the_request_id_is_shown_for_support() -> None:
    request = RequestFactory().get("/")
    request.id = "4f2a91bc" + 24 * "0"  # type: ignore[attr-defined]

    response = views.server_error(request)

    assert response.status_code == 500
    assert "<code>4f2a 91bc</code>" in response.content.decode()


@pytest.mark.parametrize(
    ("handler", "status"), [(views.bad_request, 400), (views.forbidden, 403), (views.not_found, 404)]
)
def test_each_failure_keeps_its_status(handler: Callable[..., HttpResponse], status: int) -> None:
    response = handler(RequestFactory().get("/"), ValueError("not shown"))

    assert response.status_code == status
    assert "not shown" not in response.content.decode()


def test_a_refused_form_gives_back_what_was_written_and_no_secret() -> None:
    post = {"body": "Jag gick ut </textarea> i dag", "password": "correct horse battery", "go": "next"}

    with translation.override("sv"):
        response = views.csrf_failure(RequestFactory().post("/", post))

    page = response.content.decode()
    assert response.status_code == 403
    assert "Jag gick ut &lt;/textarea&gt; i dag" in page
    assert "correct horse" not in page
    assert "Det du skrev står här nedanför" in page
