"""What forms promise: passwords are masked and may be pasted, nothing typed lands in an address or a cache."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from ikbt.accounts import forms
from ikbt.accounts.models import Person
from tests.cast import Cast
from tests.conftest import signed_in_client
from tests.hardening.test_code_rules import python_files, templates
from tests.ikbt.treatments.patient import url

ROOT = Path(__file__).resolve().parents[2]
# Forms that ask by address ask by what is chosen from a list, never by what is typed.
TYPED = re.compile(r"<textarea|<input\b(?![^>]*type=\"(?:hidden|checkbox|radio|submit|month|date)\")")


def test_every_password_field_is_masked_and_takes_paste_and_managers() -> None:
    made = [forms.SignInForm(), forms.NewPasswordForm(person=Person())]
    fields = [(name, str(form[name])) for form in made for name in form.fields if name != "email"]

    assert len(fields) >= 3
    for name, html in fields:
        assert 'type="password"' in html, name
        assert re.search(r'autocomplete="(current|new)-password"', html), name
        assert not re.search("onpaste|readonly", html), name


@pytest.mark.django_db
def test_trace_echoes_nothing(cast: Cast) -> None:
    secret = "kanarie-i-huvudet"
    for client in (Client(), signed_in_client(cast.anna)):
        for path in (reverse("accounts:sign_in"), url(cast, "messages"), "/admin/", "/"):
            answer = client.trace(path, HTTP_X_SECRET=secret)
            assert secret.encode() not in answer.content, path
            assert answer.status_code in {302, 403, 404, 405}, path


def test_no_form_sends_what_is_typed_in_its_address() -> None:
    found, asked = {}, 0
    for path in templates():
        html = path.read_text(encoding="utf-8")
        for form in re.findall(r"<form\b.*?</form>", html, re.DOTALL):
            if not re.search(r'method="post"', form.split(">")[0]):
                asked += 1
                if TYPED.search(form):
                    found[path.relative_to(ROOT).as_posix()] = form[:80]

    assert asked > 0
    assert found == {}


INCLUDE = re.compile(r"{%\s*include\s+\"([^\"]+)\"([^%]*)%}")


def with_token(texts: dict[str, str]) -> set[str]:
    """Templates that need the token: those with a form of their own, and those that include such a one openly."""
    needing = {name for name, html in texts.items() if "{% csrf_token %}" in html}
    while True:
        more = {
            name
            for name, html in texts.items()
            for included, given in INCLUDE.findall(html)
            if included in needing and not given.rstrip().endswith("only")
        }
        if more <= needing:
            return needing
        needing |= more


def test_a_part_with_a_form_gets_the_token_also_where_it_gets_nothing_else() -> None:
    """`include … only` leaves the token behind, and then every press of the button is refused."""
    folder = ROOT / "templates"
    texts = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.html")
    }
    needing = with_token(texts)

    without = [
        (name, included)
        for name, html in texts.items()
        for included, given in INCLUDE.findall(html)
        if included in needing and given.rstrip().endswith("only") and "csrf_token=csrf_token" not in given
    ]

    assert "therapist/_course_act.html" in needing
    assert without == []


@pytest.mark.django_db
def test_no_answer_is_kept_in_a_cache_of_the_server(cast: Cast, settings: LazySettings) -> None:
    body = "kanarie-i-mellanlagret"
    anna = signed_in_client(cast.anna)
    anna.post(url(cast, "message_draft"), {"body": body, "revision": "0"})
    anna.get(url(cast, "messages"))

    assert not [name for name in settings.MIDDLEWARE if "cache" in name.lower()]
    assert not [path for path in python_files() if "cache_page" in path.read_text(encoding="utf-8")]
    kept = getattr(caches["default"], "_cache", {})
    assert not [key for key, value in kept.items() if body.encode() in bytes(value)]
