"""Leaving in a hurry: the session ends, the page is replaced, and what is shown tells nothing."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Request

from tests.design.conftest import HOST, Show, styleguide


def test_the_exit_button_replaces_the_page_and_ends_the_session(show: Show) -> None:
    posted: list[Request] = []
    page = show(styleguide("patient"))
    page.on("request", lambda request: posted.append(request) if request.method == "POST" else None)
    length = page.evaluate("history.length")

    page.locator("form[data-exit] button").click()
    page.wait_for_url(f"{HOST}/lamna/")

    assert page.evaluate("history.length") == length
    assert [request.url for request in posted] == [f"{HOST}/lamna/"]


@pytest.mark.django_db
def test_leaving_signs_out(anna_client: Client) -> None:
    assert "_auth_user_id" in anna_client.session

    response = anna_client.post(reverse("accounts:leave"))

    assert response.status_code == 302
    assert response.headers["Location"] == "/lamna/"
    assert "_auth_user_id" not in anna_client.session


@pytest.mark.django_db
def test_the_neutral_page_names_no_service_and_is_never_stored(client: Client) -> None:
    response = client.get(reverse("accounts:leave"))

    html = response.content.decode()
    assert "Sidan är stängd" in html
    assert not any(word in html.lower() for word in ("ikbt", "behandling", "vård", "stylesheet"))
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_reading_the_neutral_page_signs_nobody_out(anna_client: Client) -> None:
    anna_client.get(reverse("accounts:leave"))

    assert "_auth_user_id" in anna_client.session
