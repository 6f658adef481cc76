"""Guards the way of a command: install outside .venv, go round once, become pytest or Django inside it."""

import ast
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from ikbt.bootstrap import browser, launch
from ikbt.bootstrap.environment import Environment
from ikbt.bootstrap.locks import SetUpError


class Became(Exception):
    """Raised in place of os.execv: this process would now be another."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = list(words)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def become(words: Sequence[str]) -> None:
        raise Became(words)

    monkeypatch.setattr(launch, "_become", become)
    monkeypatch.setattr(browser, "ensure", lambda: "/usr/bin/chromium")
    monkeypatch.setattr("os.chdir", lambda path: None)
    # Set first, so that what the code under test puts there is taken away after the test.
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "")
    monkeypatch.setenv("IKBT_CHROMIUM", "")
    monkeypatch.setenv("IKBT_ENTERED", "")
    return monkeypatch


def stand(machine: pytest.MonkeyPatch, *, inside: bool, pending: Sequence[str]) -> list[str]:
    """Put the command inside or outside .venv, with locks left to install; returns those installed."""
    installed: list[str] = []
    machine.setattr(Environment, "is_running", lambda self: inside)
    machine.setattr(Environment, "pending", lambda self, names: list(pending))
    machine.setattr(launch, "install", lambda environment, names: installed.extend(names))
    return installed


def test_outside_with_a_lock_to_install_it_is_installed_and_entered(machine: pytest.MonkeyPatch) -> None:
    installed = stand(machine, inside=False, pending=["runtime"])

    with pytest.raises(Became) as became:
        launch.main(["manage.py", "demo", "--port", "8001"])

    assert installed == ["runtime"]
    assert became.value.words == [
        str(launch.ROOT / ".venv/bin/python"), str(launch.ROOT / "manage.py"), "demo", "--port", "8001",
    ]  # fmt: skip


def test_outside_a_whole_environment_is_entered_at_once(machine: pytest.MonkeyPatch) -> None:
    installed = stand(machine, inside=False, pending=[])

    with pytest.raises(Became):
        launch.main(["manage.py", "demo"])

    assert installed == []


def test_inside_an_outdated_environment_the_first_python_does_the_work(machine: pytest.MonkeyPatch) -> None:
    installed = stand(machine, inside=True, pending=["runtime"])
    machine.setattr(sys, "_base_executable", "/usr/bin/python3", raising=False)

    with pytest.raises(Became) as became:
        launch.main(["manage.py", "migrate"])

    assert became.value.words[0] == "/usr/bin/python3"
    assert installed == []


def test_an_environment_that_is_not_its_own_does_not_send_us_round_for_ever(
    machine: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand(machine, inside=False, pending=[])
    with pytest.raises(Became):
        launch.main(["manage.py", "migrate"])

    exit_code = launch.main(["manage.py", "migrate"])

    assert exit_code == 1
    assert "does not run inside .venv" in capsys.readouterr().err


def test_inside_the_test_command_becomes_pytest(machine: pytest.MonkeyPatch) -> None:
    stand(machine, inside=True, pending=[])

    with pytest.raises(Became) as became:
        launch.main(["manage.py", "test", "tests/bootstrap", "-k", "lock"])

    assert became.value.words[1:] == ["-m", "pytest", "tests/bootstrap", "-k", "lock"]
    assert os.environ["DJANGO_SETTINGS_MODULE"] == "ikbt.settings.test"
    assert os.environ["IKBT_CHROMIUM"] == "/usr/bin/chromium"


def test_inside_any_other_command_is_djangos(machine: pytest.MonkeyPatch) -> None:
    stand(machine, inside=True, pending=[])
    asked: list[list[str]] = []

    class Management:
        execute_from_command_line = staticmethod(asked.append)

    machine.setattr(launch, "import_module", lambda name: Management)

    assert launch.main(["manage.py", "migrate", "--plan"]) == 0
    assert asked == [["manage.py", "migrate", "--plan"]]
    assert os.environ["DJANGO_SETTINGS_MODULE"] == "ikbt.settings.dev"


def test_the_demos_swedish_is_compiled_before_django_reads_it(machine: pytest.MonkeyPatch) -> None:
    """A checkout has none compiled, and Django reads a language's catalogues once a process."""
    stand(machine, inside=True, pending=[])
    done: list[str] = []
    machine.setattr("ikbt.common.catalogues.compile_catalogues", lambda root: done.append("compiled"))
    machine.setattr(
        "django.core.management.execute_from_command_line", lambda argv: done.append("handed over")
    )

    launch.main(["manage.py", "demo"])

    assert done == ["compiled", "handed over"]


def test_a_failed_set_up_ends_with_its_sentence(
    machine: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(environment: Environment, names: Sequence[str]) -> None:
        raise SetUpError("An administrator must run: apt-get install -y python3-venv")

    stand(machine, inside=False, pending=["runtime"])
    machine.setattr(launch, "install", refuse)

    assert launch.main(["manage.py", "demo"]) == 1
    assert "An administrator must run" in capsys.readouterr().err


def test_set_up_needs_nothing_but_the_standard_library() -> None:
    folder = Path(launch.__file__).parent
    nodes = [node for file in folder.glob("*.py") for node in ast.walk(ast.parse(file.read_bytes()))]
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}

    foreign = {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names}

    assert {name for name in foreign if not name.startswith("ikbt.bootstrap")} == set()
