"""Decides how .venv is made and filled from the hashed locks, so that it is whole or made anew."""

from __future__ import annotations

import errno
import fcntl
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ikbt.bootstrap import locks
from ikbt.bootstrap.locks import SetUpError, Stamp
from ikbt.bootstrap.progress import PipProgress

# Settings of the person's own pip that would carry packages past .venv.
_STRAY = ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV")
# --no-deps: a lock is complete, so pip has nothing to resolve.
_PIP_INSTALL = ("-m", "pip", "install", "--require-hashes", "--only-binary", ":all:", "--no-deps")
ADMINISTRATOR_LINE = "apt-get update && apt-get install -y python3-venv"


@dataclass(frozen=True)
class Environment:
    """The virtual environment of one checkout."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def stamp_file(self) -> Path:
        return self.folder / locks.STAMP_NAME

    @property
    def unfinished(self) -> Path:
        """Stands while an installation runs; found by a later run, it tells that one was cut off."""
        return self.folder / "ikbt-installing"

    def stamp(self) -> Stamp | None:
        if self.unfinished.exists() or not self.python.exists() or not self.stamp_file.exists():
            return None
        return locks.parse_stamp(self.stamp_file.read_text(encoding="utf-8"))

    def pending(self, names: Sequence[str]) -> list[str]:
        return locks.pending(self.stamp(), locks.lock_digests(names), python=running_python())

    def is_running(self) -> bool:
        """Whether this very process runs on .venv's Python."""
        return Path(sys.prefix).resolve() == self.folder.resolve()


def running_python() -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def install(environment: Environment, names: Sequence[str]) -> None:
    """Bring .venv to the locks in `names`.

    1. Wait for another manage.py that is at it, and look again.
    2. Throw away a .venv that was cut off, or that belongs to another Python.
    3. Make .venv, by venv or what stands in for it.
    4. Install each lock by hash, and stamp it once it is whole.

    Refused with SetUpError: a folder that cannot be written, no way to make a venv, pip's failure.
    A package that a lock no longer names stays until .venv is removed by hand; nothing imports it.
    """
    try:
        with _alone():
            pending = environment.pending(names)
            if pending:
                _fill(environment, pending)
    except OSError as error:
        raise SetUpError(
            f"Set-up could not write {error.filename}: {error.strerror}. It needs a checkout "
            "in a folder of your own with room on the disk; or let this folder's owner run the command first."
        ) from error


def _fill(environment: Environment, names: Sequence[str]) -> None:
    started = time.monotonic()
    written = environment.folder if environment.folder.exists() else environment.root
    if not os.access(written, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(written))
    if environment.folder.exists() and not _may_be_kept(environment):
        print("Removing a .venv that is unfinished or of another Python.", flush=True)
        shutil.rmtree(environment.folder)
    if not environment.python.exists():
        print(f"Making .venv with Python {running_python()}.", flush=True)
        make(environment)
    environment.unfinished.touch()
    stamp = locks.parse_stamp(_text(environment.stamp_file))
    for name in names:
        text = locks.lock_path(name).read_text(encoding="utf-8")
        _install_lock(environment, name, locks.package_count(text))
        stamp = locks.stamp_after(stamp, name, locks.digest(text), python=running_python())
        _write_whole(environment.stamp_file, stamp.as_json())
    environment.unfinished.unlink()
    print(f"Set-up is done, {time.monotonic() - started:.0f} s.", flush=True)


def _may_be_kept(environment: Environment) -> bool:
    """Whether locks may be installed on top of the .venv that is there."""
    if environment.unfinished.exists() or not environment.python.exists():
        return False
    told = subprocess.run(
        [environment.python, "-c", "import pip, sys; print('%d.%d' % sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=False,
    )
    return told.returncode == 0 and told.stdout.strip() == running_python()


def make(environment: Environment) -> None:
    """Make .venv by the first way that works: venv, virtualenv, pip's virtualenv, the system's package."""
    for way in (_by_venv, _by_virtualenv, _by_fetched_virtualenv, _by_system_package):
        if way(environment):
            return
        shutil.rmtree(environment.folder, ignore_errors=True)
    raise SetUpError(
        "This Python has neither venv, virtualenv nor pip, so .venv cannot be made. "
        f"An administrator must run: {ADMINISTRATOR_LINE}"
    )


def _by_venv(environment: Environment) -> bool:
    # Debian splits ensurepip from venv: both must be there.
    return _has("venv", "ensurepip") and _runs(["-m", "venv", str(environment.folder)])


def _by_virtualenv(environment: Environment) -> bool:
    return _has("virtualenv") and _runs(["-m", "virtualenv", str(environment.folder)])


def _by_fetched_virtualenv(environment: Environment) -> bool:
    if not _has("pip"):
        return False
    print("  No venv module here; fetching virtualenv instead.", flush=True)
    seed = environment.root / ".venv-seed"
    fetch = [*_PIP_INSTALL, "--quiet", "--target", str(seed), "-r", str(locks.lock_path("virtualenv"))]
    make_it = ["-m", "virtualenv", str(environment.folder)]
    try:
        return _runs(fetch) and _runs(make_it, {"PYTHONPATH": str(seed)})
    finally:
        shutil.rmtree(seed, ignore_errors=True)


def _by_system_package(environment: Environment) -> bool:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    print("  Neither venv nor pip here; installing the system's package python3-venv.", flush=True)
    installed = subprocess.run(
        ["sh", "-c", ADMINISTRATOR_LINE],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdout=subprocess.DEVNULL,
        check=False,
    )
    return installed.returncode == 0 and _runs(["-m", "venv", str(environment.folder)])


def _install_lock(environment: Environment, name: str, total: int) -> None:
    print(f"Installing {total} packages of {name}.lock, each checked by its hash.", flush=True)
    progress, tail = PipProgress(total), deque[str](maxlen=15)
    # --no-compile: Python compiles what it uses, when it is first used.
    words = [*_PIP_INSTALL, "--no-compile", "--progress-bar", "off", "-r", str(locks.lock_path(name))]
    with subprocess.Popen(
        [str(environment.python), *words],
        env=_clean_environment(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as pip:
        for line in pip.stdout or ():
            tail.append(line.rstrip())
            progress.follow(line)
    if pip.returncode != 0:
        raise SetUpError("\n".join([*tail, f"pip could not install {name}.lock; the lines above tell why."]))
    progress.finish()


def _clean_environment(environ: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in environ.items() if name not in _STRAY}
    return {**kept, "PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def _has(*modules: str) -> bool:
    return all(importlib.util.find_spec(module) is not None for module in modules)


def _runs(words: Sequence[str], more: Mapping[str, str] | None = None) -> bool:
    """Whether this Python, started with `words`, ends well; what it says on failure is shown."""
    environ = {**_clean_environment(os.environ), **(more or {})}
    ended = subprocess.run([sys.executable, *words], env=environ, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        print(f"  That failed: {(ended.stderr or ended.stdout).strip()[-400:]}", flush=True)
    return ended.returncode == 0


@contextmanager
def _alone() -> Iterator[None]:
    """One installation at a time in a checkout; the lock goes with the process, however it ends."""
    with locks.lock_path(locks.RUNTIME).open("rb") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another manage.py is setting up this checkout; waiting for it.", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _write_whole(path: Path, text: str) -> None:
    """Write so that a power cut leaves the old file or the new one."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
