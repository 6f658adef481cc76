"""Decides the way of a manage.py command: set up if needed, enter .venv, then Django or pytest."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from ikbt.bootstrap import browser, commands
from ikbt.bootstrap.environment import Environment, install
from ikbt.bootstrap.locks import SetUpError

ROOT = Path(__file__).resolve().parents[2]
_ENTERED = "IKBT_ENTERED"


def main(argv: Sequence[str]) -> int:
    """Run one command of manage.py; its exit code, or 1 with a sentence where set-up fails.

    1. Install what the command needs, unless .venv has it.
    2. Enter .venv by replacing this process.
    3. There: pytest for `test`, Django for the rest.
    """
    environment = Environment(ROOT)
    command = commands.command_of(argv)
    try:
        _enter(environment, command, argv)
        if command == commands.TEST_COMMAND:
            _become_pytest(argv[2:])
    except SetUpError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command takes up the work again.", file=sys.stderr)
        return 130
    os.environ["DJANGO_SETTINGS_MODULE"] = commands.settings_for(
        command, os.environ.get("DJANGO_SETTINGS_MODULE")
    )
    if command == commands.DEMO_COMMAND:
        _compile_catalogues()
    # By name: outside .venv there is no Django, and this module must load there.
    import_module("django.core.management").execute_from_command_line(list(argv))
    return 0


def _enter(environment: Environment, command: str, argv: Sequence[str]) -> None:
    """Return only inside a .venv that holds what `command` needs."""
    inside = environment.is_running()
    if environment.pending(commands.locks_for(command)):
        if inside:
            # .venv may have to be removed, so the Python it was made from does the work.
            _become([getattr(sys, "_base_executable", sys.executable), *_this_command(argv)])
        install(environment, commands.locks_for(command))
    if not inside:
        # Without this mark, a .venv whose Python is not its own would send us round for ever.
        if os.environ.get(_ENTERED) == str(os.getpid()):
            raise SetUpError(f"{environment.python} does not run inside .venv. Remove {environment.folder}.")
        os.environ[_ENTERED] = str(os.getpid())
        _become([str(environment.python), *_this_command(argv)])


def _become_pytest(extra: Sequence[str]) -> NoReturn:
    os.environ[browser.VARIABLE] = browser.ensure()
    os.environ["DJANGO_SETTINGS_MODULE"] = commands.settings_for(commands.TEST_COMMAND, None)
    # The suite starts hundreds of processes; where Python is told to keep nothing, each would compile everything anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # pytest finds its configuration, and the test paths in it, from the checkout's top.
    os.chdir(ROOT)
    _compile_catalogues()
    _become([sys.executable, "-m", "pytest", *commands.pytest_words(extra, cores=os.cpu_count() or 1)])


def _compile_catalogues() -> None:
    """Before Django first speaks Swedish, be it in a check: it reads a language's catalogues once a process."""
    import_module("ikbt.common.catalogues").compile_catalogues(ROOT)


def _this_command(argv: Sequence[str]) -> list[str]:
    return [str(ROOT / "manage.py"), *argv[1:]]


def _become(words: Sequence[str]) -> NoReturn:
    sys.stdout.flush()
    os.execv(words[0], list(words))
