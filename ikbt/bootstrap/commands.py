"""Decides what each manage.py command needs before it can run: settings, locks, pytest's words. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ikbt.bootstrap.locks import RUNTIME, TEST

TEST_COMMAND, DEMO_COMMAND = "test", "demo"
_SETTINGS = {
    DEMO_COMMAND: "ikbt.settings.demo",
    "demo_code": "ikbt.settings.demo",
    "simulate_month": "ikbt.settings.test",
    TEST_COMMAND: "ikbt.settings.test",
}
# With these words the person watches one process: workers would swallow the prompt or the order.
_ALONE = {"-s", "-n", "--numprocesses", "--dist", "--pdb", "--trace", "--capture", "--collect-only", "--co"}
MOST_WORKERS = 4


def command_of(argv: Sequence[str]) -> str:
    return argv[1] if len(argv) > 1 else "help"


def settings_for(command: str, chosen: str | None) -> str:
    """The settings module. Demo and test have theirs for certain: their data must never meet another's."""
    return _SETTINGS.get(command) or chosen or "ikbt.settings.dev"


def locks_for(command: str) -> tuple[str, ...]:
    return (RUNTIME, TEST) if command == TEST_COMMAND else (RUNTIME,)


def pytest_words(extra: Sequence[str], *, cores: int) -> list[str]:
    """The words for pytest. The whole suite is spread over the cores, file by file; a chosen part is not."""
    alone = any(word.split("=")[0] in _ALONE or word[:2] == "-n" for word in extra)
    part = any(not word.startswith("-") and ("/" in word or word.endswith(".py")) for word in extra)
    if alone or part or cores < 2:
        return list(extra)
    # In their own order: else workers begin with the longest files, and an async test can't follow a browser.
    return ["-n", str(min(cores, MOST_WORKERS)), "--dist", "loadfile", "--no-loadscope-reorder", *extra]
