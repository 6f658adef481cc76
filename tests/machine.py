"""What the machine gives the suite: compiled catalogues, time for properties, the system's Chromium, browsers last.

A plugin that tests/conftest.py names in `pytest_plugins`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from ikbt.bootstrap import browser
from ikbt.common.catalogues import compile_catalogues

ROOT = Path(__file__).resolve().parents[1]


# How long an example takes on a busy machine says nothing of the property it tries.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    # Once for all workers: they start after the process that hands out the tests.
    if not hasattr(config, "workerinput"):
        compile_catalogues(ROOT)


def in_browser(item: pytest.Item) -> bool:
    return "browser" in getattr(item, "fixturenames", ())


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last, else in the order they stand.

    Playwright keeps an event loop running in the test's thread until the session ends: an async test after it
    cannot start one of its own.
    """
    # Whole files: workers are handed files, and one with a single browser test among others would come early.
    files = {item.path for item in items if in_browser(item)}
    items.sort(key=lambda item: (item.path in files, in_browser(item)))
    for item in items:
        if in_browser(item):
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium; nothing is downloaded."""
    # For the same loop's sake Django would refuse the ORM from here on; the browser tests come last.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    path = browser.find(os.environ.get(browser.VARIABLE))
    if path is None:
        pytest.fail(browser.missing_sentence(is_root=os.geteuid() == 0))
    # Chromium's sandbox refuses to run as root, as it does in a container; no foreign page is opened.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": path, "args": sandbox}
