"""Guards that the tests have a Chromium, or say in one line what an administrator must run."""

from collections.abc import Callable

import pytest

from ikbt.bootstrap import browser
from ikbt.bootstrap.locks import SetUpError


def machine_with(*programs: str) -> Callable[[str], str | None]:
    return lambda name: f"/usr/bin/{name}" if name in programs else None


def test_chromium_goes_before_chrome() -> None:
    assert browser.find(None, machine_with("google-chrome", "chromium")) == "/usr/bin/chromium"


def test_chrome_will_do() -> None:
    assert browser.find(None, machine_with("google-chrome")) == "/usr/bin/google-chrome"


def test_a_named_browser_is_the_only_one_looked_for() -> None:
    assert browser.find("brave", machine_with("chromium")) is None
    assert browser.find("brave", machine_with("chromium", "brave")) == "/usr/bin/brave"


def test_without_a_browser_a_user_is_told_the_line_for_an_administrator(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv(browser.VARIABLE, raising=False)

    with pytest.raises(SetUpError) as refused:
        browser.ensure()

    last_line = str(refused.value).splitlines()[-1]
    assert last_line.startswith("apt-get update && apt-get install -y")
    assert "chromium" in last_line
    assert "fonts-" in last_line


def test_without_apt_root_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv(browser.VARIABLE, raising=False)

    with pytest.raises(SetUpError, match="apt-get could not install it"):
        browser.ensure()
