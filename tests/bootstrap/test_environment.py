"""Guards that .venv is whole or made anew: cut off, another Python, no venv, no leave to write."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from ikbt.bootstrap import environment as environment_module
from ikbt.bootstrap import locks
from ikbt.bootstrap.environment import Environment, install, make, running_python
from ikbt.bootstrap.locks import SetUpError, Stamp


class Installed(list[str]):
    """What was done to a .venv, in order, instead of doing it."""


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Installed:
    done = Installed()

    def fake_make(environment: Environment) -> None:
        environment.python.parent.mkdir(parents=True)
        # A stand-in that answers as .venv's own Python does when asked for its version.
        environment.python.write_text(f"#!/bin/sh\necho {running_python()}\n")
        environment.python.chmod(0o755)
        done.append("make")

    def fake_install(environment: Environment, name: str, total: int) -> None:
        done.append(name)

    monkeypatch.setattr(environment_module, "make", fake_make)
    monkeypatch.setattr(environment_module, "_install_lock", fake_install)
    return done


def test_an_empty_checkout_gets_a_whole_environment(tmp_path: Path, done: Installed) -> None:
    environment = Environment(tmp_path)

    install(environment, ["runtime", "test"])

    assert done == ["make", "runtime", "test"]
    assert environment.pending(["runtime", "test"]) == []


def test_a_second_run_does_nothing(tmp_path: Path, done: Installed) -> None:
    install(Environment(tmp_path), ["runtime"])
    done.clear()

    install(Environment(tmp_path), ["runtime"])

    assert done == []


def test_the_tests_add_their_lock_to_what_is_there(tmp_path: Path, done: Installed) -> None:
    install(Environment(tmp_path), ["runtime"])
    done.clear()

    install(Environment(tmp_path), ["runtime", "test"])

    assert done == ["test"]


def test_a_changed_lock_is_installed_on_top(tmp_path: Path, done: Installed) -> None:
    environment = Environment(tmp_path)
    install(environment, ["runtime"])
    environment.stamp_file.write_text(Stamp(running_python(), {"runtime": "of before"}).as_json())
    done.clear()

    install(environment, ["runtime"])

    assert done == ["runtime"]
    assert environment.stamp() == Stamp(running_python(), locks.lock_digests(["runtime"]))


def test_a_cut_off_installation_is_redone_from_the_start(
    tmp_path: Path, done: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(environment: Environment, name: str, total: int) -> None:
        raise KeyboardInterrupt

    environment = Environment(tmp_path)
    with monkeypatch.context() as cut:
        cut.setattr(environment_module, "_install_lock", cut_off)
        with pytest.raises(KeyboardInterrupt):
            install(environment, ["runtime"])
    half_written = environment.folder / "half"
    half_written.touch()
    done.clear()

    install(environment, ["runtime"])

    assert done == ["make", "runtime"]
    assert not half_written.exists()


def test_an_environment_of_another_python_is_made_anew(tmp_path: Path, done: Installed) -> None:
    environment = Environment(tmp_path)
    install(environment, ["runtime"])
    environment.stamp_file.write_text(Stamp("3.9", locks.lock_digests(["runtime"])).as_json())
    environment.python.write_text("#!/bin/sh\necho 3.9\n")
    done.clear()

    install(environment, ["runtime"])

    assert done == ["make", "runtime"]


def test_a_folder_that_may_not_be_written_is_told_in_a_sentence(
    tmp_path: Path, done: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may write anywhere, so the answer is set rather than the mode.
    monkeypatch.setattr("os.access", lambda path, mode: False)

    with pytest.raises(SetUpError, match="in a folder of your own"):
        install(Environment(tmp_path), ["runtime"])


class Ways:
    """A machine that has some modules, and notes the Pythons that are started."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, *, modules: Sequence[str], works: bool = True
    ) -> None:
        self.started: list[list[str]] = []
        self.works = works
        monkeypatch.setattr(environment_module, "_has", lambda *names: set(names) <= set(modules))
        monkeypatch.setattr(environment_module, "_runs", self.run)
        monkeypatch.setattr("os.geteuid", lambda: 1000)

    def run(self, words: Sequence[str], more: Mapping[str, str] | None = None) -> bool:
        self.started.append(list(words))
        return self.works

    @property
    def modules(self) -> list[str]:
        return [words[1] for words in self.started]


def test_venv_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ways = Ways(monkeypatch, modules=["venv", "ensurepip", "virtualenv", "pip"])

    make(Environment(tmp_path))

    assert ways.modules == ["venv"]


def test_venv_without_ensurepip_gives_way_to_virtualenv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = Ways(monkeypatch, modules=["venv", "virtualenv"])

    make(Environment(tmp_path))

    assert ways.modules == ["virtualenv"]


def test_pip_alone_fetches_virtualenv_by_hash_into_a_folder_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = Ways(monkeypatch, modules=["venv", "pip"])

    make(Environment(tmp_path))

    assert ways.modules == ["pip", "virtualenv"]
    assert "--require-hashes" in ways.started[0]
    assert str(tmp_path / ".venv-seed") in ways.started[0]


def test_with_nothing_a_user_is_told_the_line_for_an_administrator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Ways(monkeypatch, modules=[])

    with pytest.raises(SetUpError, match="apt-get install -y python3-venv"):
        make(Environment(tmp_path))


def test_a_way_that_fails_gives_way_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ways = Ways(monkeypatch, modules=["venv", "ensurepip", "virtualenv"], works=False)

    with pytest.raises(SetUpError):
        make(Environment(tmp_path))

    assert ways.modules == ["venv", "virtualenv"]


def test_the_persons_own_pip_settings_cannot_carry_packages_past_venv() -> None:
    clean = environment_module._clean_environment(
        {"PIP_TARGET": "/x", "PIP_USER": "1", "PYTHONPATH": "/y", "A": "b"}
    )

    assert clean["PIP_USER"] == "0"
    assert clean["A"] == "b"
    assert not {"PIP_TARGET", "PYTHONPATH"} & set(clean)
