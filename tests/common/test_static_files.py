"""Static files come whole, with WhiteNoise's headers, and without a warning under ASGI."""

from __future__ import annotations

import warnings

import pytest
from django.test import AsyncClient, Client

ADDRESS = "/static/css/app.css"


async def test_under_asgi_nothing_is_warned_of(async_client: AsyncClient) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        response = await async_client.get(ADDRESS)

    assert response.status_code == 200
    assert not response.streaming
    assert b"@layer" in response.content


def test_a_file_keeps_its_type_and_says_how_long_it_lasts(client: Client) -> None:
    response = client.get(ADDRESS)

    assert response["Content-Type"] == 'text/css; charset="utf-8"'
    assert "max-age" in response["Cache-Control"]
    assert int(response["Content-Length"]) == len(response.content)


def test_what_has_not_changed_is_not_sent_again(client: Client) -> None:
    known = client.get(ADDRESS)["Last-Modified"]

    response = client.get(ADDRESS, headers={"if-modified-since": known})

    assert (response.status_code, response.content) == (304, b"")


@pytest.mark.parametrize(("asked", "status"), [("bytes=0-9", 206), ("bytes=90000000-", 416)])
def test_a_part_can_be_asked_for(client: Client, asked: str, status: int) -> None:
    response = client.get(ADDRESS, headers={"range": asked})

    assert response.status_code == status
    assert len(response.content) == (10 if status == 206 else 0)
