"""What every screen must hold in a browser: no sideways scrolling, targets one can hit, nothing for axe."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALLEST = 44

# A control's target is its label, or the whole card when its link is stretched over it. Links inside running
# text are exempt (WCAG 2.5.8), as are the browser's own hidden controls.
_SMALL_TARGETS = """
(smallest) => {
  const stretched = (el) => getComputedStyle(el, "::after").position === "absolute";
  const label = (el) => el.matches("input") && el.closest("label");
  const target = (el) => label(el) || (stretched(el) ? el.offsetParent : el);
  const inRunningText = (el) => getComputedStyle(el).display === "inline"
    && el.parentElement.textContent.trim().length > el.textContent.trim().length;
  const hidden = (el) => !el.checkVisibility({visibilityProperty: true}) || el.type === "hidden"
    || el.getBoundingClientRect().bottom <= 0 || el.closest("[inert]");
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((el) => !hidden(el) && !inRunningText(el))
    .map((el) => [el, target(el).getBoundingClientRect()])
    .filter(([, box]) => box.width < smallest - 0.5 || box.height < smallest - 0.5)
    .map(([el, box]) => `${el.outerHTML.slice(0, 90)} ${Math.round(box.width)}x${Math.round(box.height)}`);
}
"""

_OVERFLOWING = """
() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((el) => el.getBoundingClientRect().right > root.clientWidth + 1)
    .map((el) => el.outerHTML.slice(0, 90)).slice(0, 5).concat(`page is ${root.scrollWidth} wide`);
}
"""


def tokenless_forms(page: Page) -> list[str]:
    """Forms that post to us without a token: whoever presses their button is refused."""
    found: list[str] = page.evaluate(
        """() => [...document.forms]
          .filter((form) => form.method === "post" && !form.querySelector("[name=csrfmiddlewaretoken]"))
          .map((form) => form.outerHTML.slice(0, 120))"""
    )
    return found


def small_targets(page: Page) -> list[str]:
    """Controls whose target is under 44 by 44 px."""
    found: list[str] = page.evaluate(_SMALL_TARGETS, SMALLEST)
    return found


def overflow(page: Page) -> list[str]:
    """What makes the page wider than its window; empty when nothing does."""
    found: list[str] = page.evaluate(_OVERFLOWING)
    return found


def axe_findings(page: Page) -> list[str]:
    """One line for each finding of axe-core at WCAG 2.2 A and AA and its best practices."""
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    return [
        f"{finding['id']}: {node['html'][:120]} {node.get('failureSummary', '')[:300]}"
        for finding in results.response["violations"]
        for node in finding["nodes"]
    ]
