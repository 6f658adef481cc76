"""Decides which Chromium the browser tests use, and how one is had where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable

from ikbt.bootstrap.locks import SetUpError

VARIABLE = "IKBT_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Fonts too: without one, Chromium draws boxes and every measure of text is wrong.
PACKAGES = ("chromium", "fonts-dejavu-core", "fonts-liberation")
ADMINISTRATOR_LINE = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(PACKAGES)}"


def find(named: str | None, which: Callable[[str], str | None] = shutil.which) -> str | None:
    """Path of a Chromium: the one `named` by the environment, else the first of the usual names in PATH."""
    for name in [named] if named else NAMES:
        path = which(name)
        if path:
            return path
    return None


def missing_sentence(*, is_root: bool) -> str:
    why = "apt-get could not install it." if is_root else "Only an administrator can install it."
    return (
        f"The tests need Chromium, and this machine has none. {why} "
        f"An administrator must run:\n{ADMINISTRATOR_LINE}"
    )


def ensure() -> str:
    """Path of a Chromium, installed by apt where we are root; else SetUpError with the line to run."""
    found = find(os.environ.get(VARIABLE))
    if found:
        return found
    is_root = os.geteuid() == 0
    if is_root and shutil.which("apt-get"):
        print("Installing Chromium and fonts with apt (a few minutes).", flush=True)
        # Its exit code tells less than whether a Chromium is there afterwards.
        subprocess.run(
            ["sh", "-c", ADMINISTRATOR_LINE],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        found = find(None)
    if not found:
        raise SetUpError(missing_sentence(is_root=is_root))
    return found
