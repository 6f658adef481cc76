"""A door fetches and permits before its view runs, and hands over what it opened."""

from __future__ import annotations

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from ikbt.common.doors import ANYONE, PATIENT, PUBLIC, Door


def opens(request: HttpRequest, key: str) -> str:
    if key == "foreign":
        raise Http404
    return key.upper()


DOOR: Door[str] = Door("test door", PATIENT, "testers", opens, takes=("key",))


@DOOR("GET", "POST")
def shown(request: HttpRequest, opened: str, page: int = 1) -> HttpResponse:
    return HttpResponse(f"{opened} {page}")


def test_view_gets_what_the_door_opened_and_the_other_arguments(rf: RequestFactory) -> None:
    assert shown(rf.get("/"), key="a", page=2).content == b"A 2"  # type: ignore[attr-defined]


def test_view_does_not_run_when_the_door_stays_shut(rf: RequestFactory) -> None:
    with pytest.raises(Http404):
        shown(rf.get("/"), key="foreign")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_method_is_refused_before_the_door_is_tried(rf: RequestFactory, method: str) -> None:
    assert shown(rf.generic(method, "/"), key="foreign").status_code == 405


def test_head_goes_where_get_goes(rf: RequestFactory) -> None:
    assert shown(rf.head("/"), key="a").status_code == 200


def test_view_shows_its_door_and_methods_to_the_access_table() -> None:
    assert shown.door is DOOR  # type: ignore[attr-defined]
    assert shown.methods == ("GET", "POST")  # type: ignore[attr-defined]


def test_door_without_methods_is_for_reading(rf: RequestFactory) -> None:
    @ANYONE()
    def page(request: HttpRequest, nobody: None) -> HttpResponse:
        return HttpResponse("ok")

    assert page(rf.get("/")).status_code == 200
    assert page(rf.post("/")).status_code == 405
    assert ANYONE.data == PUBLIC
