"""What is sent to Wagtail's editor by hand is refused with its place, and nothing of it is stored."""

from __future__ import annotations

import json

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from wagtail.models import Revision

from programs.models import ModulePage, ProgramPage
from tests.cast import Cast
from tests.conftest import signed_in_client

pytestmark = pytest.mark.django_db
BLOCKS = "steps-0-value-blocks"


@pytest.fixture
def module(draft: ProgramPage) -> ModulePage:
    found: ModulePage = ModulePage.objects.child_of(draft).get(key="m01")
    return found


def rich(text: str, kind: str = "unstyled", **more: object) -> str:
    """Rich text as the editor sends it."""
    block = {"key": "a", "text": text, "type": kind, "depth": 0, "inlineStyleRanges": [], "entityRanges": []}
    return json.dumps({"blocks": [block], "entityMap": {}, **more})


def form(*sent: tuple[str, dict[str, str]]) -> dict[str, str]:
    """A module of one step with these blocks: (type, values)."""
    made = {
        "title": "Börja",
        "slug": "01-borja",
        "key": "m01",
        "goal": "Mål.",
        "practice_minutes_per_week": "60",
        "release": "start",
        "min_days": "5",
        "steps-count": "1",
        "steps-0-deleted": "",
        "steps-0-order": "0",
        "steps-0-type": "step",
        "steps-0-value-key": "m01-s01",
        "steps-0-value-title": "Steg",
        "steps-0-value-show-count": "0",
        "hold-count": "0",
        "offers-count": "0",
        "choices-count": "0",
        f"{BLOCKS}-count": str(len(sent)),
    }
    for number, (kind, values) in enumerate(sent):
        place = f"{BLOCKS}-{number}"
        made |= {f"{place}-deleted": "", f"{place}-order": str(number), f"{place}-type": kind}
        made |= {f"{place}-value-{name}": value for name, value in values.items()}
    return made


def post(client: Client, module: ModulePage, sent: dict[str, str]) -> tuple[int, str, int]:
    """Status, page, and how many revisions came of it."""
    before = Revision.objects.count()
    answer = client.post(reverse("wagtailadmin_pages:edit", args=[module.pk]), sent)
    return answer.status_code, answer.content.decode(), Revision.objects.count() - before


def test_an_honest_form_is_saved(module: ModulePage, cast: Cast) -> None:
    """Else the tests below would pass with a form that takes nothing."""
    sent = form(("text", {"html": rich("Hej")}))

    assert post(signed_in_client(cast.editor), module, sent)[::2] == (302, 1)


def test_an_unknown_block_is_refused_with_its_place(module: ModulePage, cast: Cast) -> None:
    sent = form(("text", {"html": rich("Hej")}), ("iframe", {"src": "https://example.org"}))

    status, page, revisions = post(signed_in_client(cast.editor), module, sent)

    assert (status, revisions) == (200, 0)
    assert "Block 1.2" in page
    assert "iframe" in page


def test_something_else_than_a_step_is_refused(module: ModulePage, cast: Cast) -> None:
    sent = {**form(("text", {"html": rich("Hej")})), "steps-0-type": "raw_html"}

    status, page, revisions = post(signed_in_client(cast.editor), module, sent)

    assert (status, revisions) == (200, 0)
    assert "raw_html" in page


@pytest.mark.parametrize(
    "html",
    ["<script>alert(1)</script>", "{", "[]", '{"blocks": 1}', '{"blocks": [{"type": "x"}]}'],
)
def test_rich_text_that_is_none_is_refused(module: ModulePage, cast: Cast, html: str) -> None:
    status, page, revisions = post(signed_in_client(cast.editor), module, form(("text", {"html": html})))

    assert (status, revisions) == (200, 0)
    # As the editor's own JSON, which the page shows beside the block.
    assert "Texten g\\u00e5r inte att l\\u00e4sa" in page


def test_script_in_any_field_is_text_or_gone(module: ModulePage, cast: Cast) -> None:
    script = "<script>alert(1)</script>"
    link = {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "javascript:alert(1)"}}}
    linked = json.loads(rich("klicka", entityMap=link))
    linked["blocks"][0]["entityRanges"] = [{"offset": 0, "length": 6, "key": 0}]
    sent = form(
        ("text", {"html": rich(script)}),
        ("text", {"html": json.dumps(linked)}),
        ("quote", {"html": rich("x"), "person": script, "invented": "on"}),
    )
    client = signed_in_client(cast.editor)

    status, _page, revisions = post(client, module, {**sent, "goal": script})

    assert (status, revisions) == (302, 1)
    preview = client.get(reverse("wagtailadmin_pages:view_draft", args=[module.pk])).content.decode()
    assert "&lt;script&gt;alert(1)" in preview
    assert script not in preview
    assert "javascript:" not in preview


def test_ten_thousand_steps_are_refused(module: ModulePage, cast: Cast) -> None:
    sent = form(("text", {"html": rich("Hej")}))
    sent["steps-count"] = "10000"
    for number in range(1, 10_000):
        sent |= {f"steps-{number}-type": "step", f"steps-{number}-value-key": f"s{number}"}

    status, page, revisions = post(signed_in_client(cast.editor), module, sent)

    assert (status, revisions) == (400, 0)
    assert "Sidan har fler fält än de 2000 som kan skickas på en gång" in page


def test_more_than_fits_at_once_is_refused_in_a_sentence(
    module: ModulePage, cast: Cast, settings: LazySettings
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
    client = signed_in_client(cast.editor)

    answer = client.post(
        reverse("wagtailadmin_pages:edit", args=[module.pk]),
        f"goal={'x' * 2**20}",
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code in {400, 413}
    assert "Mer skickades än de 1 MB som kan tas emot på en gång" in answer.content.decode()
