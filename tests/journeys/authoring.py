"""What an author does in Wagtail's editor, by keyboard and mouse: a program, its modules, steps and blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass
class Author:
    """An editor at her browser; the page is signed in."""

    page: Page

    def begin_program(self, unit_page: int, *, title: str, summary: str) -> int:
        """A new program below the unit's page; returns its page's number."""
        self.page.goto(f"/admin/pages/add/programs/programpage/{unit_page}/")
        self.fill(title=title, summary=summary)
        return self.save()

    def begin_module(self, program: int, *, title: str, goal: str) -> int:
        """A new module of a program; its key makes itself."""
        self.page.goto(f"/admin/pages/add/programs/modulepage/{program}/")
        self.fill(title=title, goal=goal)
        return self.save()

    def fill(self, **values: str) -> None:
        """Plain fields of the page by name."""
        for name, value in values.items():
            self.page.locator(f"#id_{name}").fill(value)

    def save(self) -> int:
        """Save the draft and stay; the number that the editor's address now holds."""
        self.page.locator("button.action-save").first.click()
        self.page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
        expect(self.page.locator(".messages").first).to_be_visible()
        return int(re.findall(r"/pages/(\d+)/", self.page.url)[0])

    def add_step(self, title: str) -> int:
        """A step last in the module; its place, from 0."""
        place = self._count("steps")
        self._insert("steps", None)
        self.page.locator(f"#steps-{place}-value-title").fill(title)
        return place

    def add_block(self, step: int, label: str) -> str:
        """A block last in a step, chosen in the picker by its name; the prefix of its fields' ids."""
        stream = f"steps-{step}-value-blocks"
        place = self._count(stream)
        self._insert(stream, label)
        return f"{stream}-{place}-value"

    def write(self, field: str, text: str) -> None:
        """Into a rich text field."""
        editor = self.rich(field)
        editor.click()
        self.page.keyboard.type(text)
        # The editor hands over what is typed a quarter of a second later.
        expect(self.page.locator(f"[name='{field}']")).to_have_value(re.compile(re.escape(text)))

    def rich(self, field: str) -> Locator:
        """The place to type in of a rich text field."""
        nearest = "ancestor::*[@data-field-input][1]//*[@contenteditable='true']"
        return self.page.locator(f"xpath=//*[@name='{field}']/{nearest}")

    def told(self) -> str:
        """What the panel of checks says of the draft that was saved last."""
        return self.page.locator(".ikbt-checks").inner_text()

    def _count(self, stream: str) -> int:
        return int(self.page.locator(f"[name='{stream}-count']").input_value())

    def _insert(self, stream: str, label: str | None) -> None:
        """At the end of a stream; without a label it has but one kind of block, which comes at once."""
        inside = self.page.locator(f"[name='{stream}-count'] + [data-streamfield-stream-container]")
        inside.locator("> div > button.c-sf-add-button").last.click()
        if label is not None:
            self.page.get_by_role("option", name=label, exact=True).click()
