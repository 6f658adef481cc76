"""What authors, reviewers, publishers and therapists do with versions, as steps that several walks share."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from ikbt.accounts.models import Person
from programs.models import ModulePage, ProgramPage
from tests.journeys.stage import offstage
from tests.journeys.walking import give_password_and_code
from tests.programs.reviewed import Reviewers

DESK = {"width": 1280, "height": 900}
Open = Callable[..., Page]
Steps = list[dict[str, Any]]


def rewrite(page: ProgramPage, key: str, change: Callable[[Steps], None], *, by: Person) -> None:
    """An author changes the steps of a module's draft and saves it."""

    def save() -> None:
        module = ModulePage.objects.child_of(page).get(key=key).get_latest_revision_as_object()
        steps = json.loads(json.dumps(list(module.steps.raw_data)))
        change(steps)
        module.steps = json.dumps(steps)
        module.save_revision(user=by)

    offstage(save)


def send_for_review(page: Page, draft: ProgramPage, *, note: str) -> None:
    """From the page about review and release; what preflight stops keeps its button shut."""
    page.goto(f"/admin/program/{draft.pk}/granskning/")
    page.fill("[name=note]", note)
    page.get_by_role("button", name="Skicka på granskning").click()
    expect(page.get_by_text(note).first).to_be_visible()


def sign(page: Page, draft: ProgramPage, stage: str) -> None:
    """A reviewer finds the draft among what waits for her, and puts her name to it."""
    page.goto("/admin/")
    page.locator(f"a[href='/admin/program/{draft.pk}/granskning/']").first.click()
    form = page.locator(f"form[action='/admin/program/{draft.pk}/granskning/{stage}/']")
    form.get_by_role("button", name="Signera med mitt namn").click()
    expect(page.get_by_text("Signerat med ditt namn.")).to_be_visible()


def release(page: Page, draft: ProgramPage, *, note: str) -> None:
    """A publisher reads what goes out and who has signed it, and releases it."""
    page.goto(f"/admin/program/{draft.pk}/granskning/")
    page.get_by_role("link", name="Gå vidare till utgivningen").click()
    page.fill("[name=note]", note)
    page.get_by_role("button", name="Ge ut", exact=True).click()
    expect(page.get_by_text("är utgivet.")).to_be_visible()


@dataclass(frozen=True)
class Desks:
    """Four people, each in a browser of her own."""

    editor: Page
    clinical: Page
    language: Page
    publisher: Page


def at_their_desks(opened: Open, who: Reviewers) -> Desks:
    """Signed in: each comes to Wagtail's admin."""
    return Desks(
        *(_signed_in(opened, one) for one in (who.editor, who.clinical, who.language, who.publisher))
    )


def _signed_in(opened: Open, someone: Person) -> Page:
    page = opened(None, DESK)
    page.goto("/logga-in/")
    give_password_and_code(page, someone)
    page.wait_for_url("**/admin/")
    return page


def take_the_whole_way(desks: Desks, draft: ProgramPage, *, note: str) -> None:
    """Sent, signed twice, released."""
    send_for_review(desks.editor, draft, note=note)
    sign(desks.clinical, draft, "clinical")
    sign(desks.language, draft, "language")
    release(desks.publisher, draft, note=note)


def move_forward(page: Page, treatment: object, *, reason: str) -> None:
    """A therapist follows the link on the patient's page, reads what it means, and moves her."""
    page.goto(f"/arbetslista/{treatment}/")
    page.locator(f"a[href='/arbetslista/{treatment}/version/']").click()
    page.fill("[name=reason]", reason)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(f"**/arbetslista/{treatment}/")
