"""D1-D3, A18: what every answer's header must say, whoever asks and however it ends."""

from __future__ import annotations

import re
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from django.conf import LazySettings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from ikbt.common import views
from ikbt.urls import handler500
from programs.media import place_of
from programs.models import ProgramVersion
from tests.cast import PASSWORD, Cast
from tests.conftest import signed_in_client

pytestmark = pytest.mark.django_db

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STRICT = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "form-action": {"'self'"},
    "base-uri": {"'none'"},
    "object-src": {"'none'"},
    "frame-ancestors": {"'none'"},
    "connect-src": {"'self'"},
    "report-uri": {"/innehallspolicy/rapport/"},
    "report-to": {"policy"},
}
# On whatever is answered, also a file and an early refusal; media are shut in by a policy of their own.
FRAMED_BY_NOBODY = ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
SANDBOXED = "sandbox"
Found = Any


def policy_of(response: Found) -> dict[str, set[str]]:
    """The content security policy, directive by directive."""
    parts = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {name: set(sources) for name, *sources in parts}


def headers_missing(response: Found) -> list[str]:
    wrong = [f"{name}: {response.get(name)}" for name, said in ALWAYS.items() if response.get(name) != said]
    policy = response.get("Content-Security-Policy", "")
    asked = ("default-src 'none'", "frame-ancestors 'self'") if SANDBOXED in policy else FRAMED_BY_NOBODY
    wrong += [part for part in asked if part not in policy]
    off = response.get("Permissions-Policy", "")
    features = ("camera", "microphone", "geolocation", "payment", "usb", "display-capture")
    wrong += [feature for feature in features if f"{feature}=()" not in off]
    if not re.fullmatch(r"[0-9a-f]{32}", response.get("X-Request-Id", "")):
        wrong.append("X-Request-Id")
    return wrong


def unchanged(client: Client, path: str) -> Found:
    """Asked again by a browser that has the file."""
    return client.get(path, headers={"if-modified-since": client.get(path)["Last-Modified"]})


def medium_of(cast: Cast) -> str:
    """The address of a picture in Anna's version."""
    drawn = BytesIO()
    Image.new("RGB", (2, 2)).save(drawn, "PNG")
    name = sha256(drawn.getvalue()).hexdigest()
    place_of(name).parent.mkdir(parents=True, exist_ok=True)
    place_of(name).write_bytes(drawn.getvalue())
    outline = {**cast.version.outline, "media": {name: {}}}
    # Past the manager, which lets nobody change a version.
    QuerySet(ProgramVersion).filter(pk=cast.version.pk).update(outline=outline)
    return reverse("programs:media", args=[cast.version.pk, name])


@pytest.fixture
def broken(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A client for which the sign-in page breaks with something secret in its exception."""

    def breaks(*args: object, **kwargs: object) -> HttpResponse:
        raise RuntimeError("hemlig-kanarie")

    monkeypatch.setattr("ikbt.accounts.views.sign_in.SignInForm", breaks)
    return Client(raise_request_exception=False)


def test_d2_every_kind_of_answer_carries_the_safe_headers(cast: Cast) -> None:
    anna, nobody = signed_in_client(cast.anna), Client()
    home = reverse("treatments:home")
    answers: dict[str, tuple[Found, int]] = {
        "page": (nobody.get("/logga-in/"), 200),
        "signed-in page": (anna.get(home, follow=True), 200),
        "redirect of the gate": (nobody.get(home, HTTP_ACCEPT="text/html"), 302),
        "refusal of the gate": (nobody.get(home), 403),
        "missing": (anna.get("/finns-inte/", HTTP_ACCEPT="text/html"), 404),
        "wrong method": (anna.delete("/logga-in/"), 405),
        "file": (nobody.get("/static/css/app.css"), 200),
        "script": (nobody.get("/static/js/passkey.js"), 200),
        "picture": (nobody.get("/static/img/mark.svg"), 200),
        "unchanged file": (unchanged(nobody, "/static/css/app.css"), 304),
        "medium": (anna.get(medium_of(cast)), 200),
        "report of a browser": (
            nobody.post("/innehallspolicy/rapport/", "{}", "application/csp-report"),
            204,
        ),
        "form without a token": (Client(enforce_csrf_checks=True).post("/logga-in/", {}), 403),
        "missing file": (nobody.get("/static/css/finns-inte.css", HTTP_ACCEPT="text/html"), 404),
        "missing medium": (anna.get(f"/program/media/{cast.version.pk}/{'0' * 64}/"), 404),
        "wrong host": (nobody.get("/logga-in/", HTTP_HOST="elak.example"), 400),
    }

    assert {name: found.status_code for name, (found, _) in answers.items()} == {
        name: status for name, (_, status) in answers.items()
    }
    assert {name: wrong for name, (found, _) in answers.items() if (wrong := headers_missing(found))} == {}


def test_d13_a_broken_page_tells_its_number_and_nothing_else(broken: Client) -> None:
    response = broken.get("/logga-in/", HTTP_ACCEPT="text/html")

    assert handler500 == f"{views.__name__}.{views.server_error.__name__}"
    assert response.status_code == 500
    assert headers_missing(response) == []
    body = response.content.decode()
    assert "hemlig-kanarie" not in body
    assert "Traceback" not in body


def test_d2_no_file_may_be_read_by_other_sites() -> None:
    assert "Access-Control-Allow-Origin" not in Client().get("/static/css/app.css").headers


def test_d2_hsts_lasts_two_years_on_pages_files_and_errors(settings: LazySettings) -> None:
    settings.SECURE_HSTS_SECONDS = 63_072_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True

    for path in ("/logga-in/", "/static/css/app.css", "/finns-inte/"):
        said = Client().get(path, secure=True)["Strict-Transport-Security"]
        assert said.startswith("max-age=63072000; includeSubDomains"), path


def test_d1_pages_run_no_inline_script_and_no_inline_style(cast: Cast) -> None:
    treatment = cast.treatment.pk
    pages = [
        (Client(), "/logga-in/"),
        (Client(), "/lamna/"),
        (Client(), "/finns-inte/"),
        (signed_in_client(cast.anna), reverse("treatments:home")),
        (signed_in_client(cast.anna), reverse("treatments:messages", args=[treatment])),
        (signed_in_client(cast.tove), reverse("therapist:caseload")),
        (signed_in_client(cast.tove), reverse("therapist:patient", args=[treatment])),
        (signed_in_client(cast.auditor), "/start/"),
    ]

    for client, path in pages:
        policy = policy_of(client.get(path, follow=True, HTTP_ACCEPT="text/html"))
        assert {name: policy.get(name) for name in STRICT} == STRICT, path
        assert not any("unsafe" in source for sources in policy.values() for source in sources), path


def test_d1_only_the_editors_admin_is_looser_and_names_no_other_site(cast: Cast) -> None:
    policy = policy_of(signed_in_client(cast.editor).get("/admin/"))

    assert policy["default-src"] == {"'none'"}
    assert policy["frame-ancestors"] == {"'self'"}
    sources = set().union(*(said for name, said in policy.items() if not name.startswith("report-")))
    assert sources <= {"'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "data:", "blob:"}


def test_d3_nothing_signed_in_is_stored_also_no_refusal(cast: Cast) -> None:
    anna, halfway = signed_in_client(cast.anna), Client()
    halfway.force_login(cast.anna)
    paths = [
        (anna, reverse("treatments:home")),
        (anna, reverse("treatments:messages", args=[cast.treatment.pk])),
        (anna, reverse("therapist:caseload")),
        (anna, "/finns-inte/"),
        (anna, f"/program/media/{cast.version.pk}/{'0' * 64}/"),
        (halfway, reverse("treatments:home")),
    ]

    for client, path in paths:
        assert client.get(path, HTTP_ACCEPT="text/html")["Cache-Control"] == "no-store", path


def test_d3_sign_out_empties_the_browsers_store(cast: Cast) -> None:
    response = signed_in_client(cast.anna).post("/logga-ut/")

    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert response["Cache-Control"] == "no-store"


def test_a18_cookies_are_out_of_reach_for_scripts_and_other_sites(cast: Cast, settings: LazySettings) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client = Client()
    client.get("/logga-in/", secure=True)
    signing_in = {"email": cast.anna.email, "username": cast.anna.email, "password": PASSWORD}
    client.post("/logga-in/", signing_in, secure=True)

    session, token = (client.cookies[name] for name in ("sessionid", "csrftoken"))
    for cookie in (session, token):
        assert (cookie["secure"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
            True,
            "Lax",
            "/",
            "",
        )
    assert session["httponly"] is True
