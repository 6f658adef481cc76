"""Guards the command: update fills, check names what is missing and fails, compile writes."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ikbt.common.management.commands import translations


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of one app that asks for one text."""
    (tmp_path / "programs").mkdir()
    (tmp_path / "programs/apps.py").touch()
    (tmp_path / "programs/views.py").write_text('title = _("Start")\n')
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    return tmp_path


def run(*words: str) -> str:
    out = StringIO()
    call_command("translations", *words, stdout=out)
    return out.getvalue()


def test_a_new_text_fails_the_check_until_it_is_translated(checkout: Path) -> None:
    run("update")
    catalogue = checkout / "programs/locale/sv/LC_MESSAGES/django.po"
    with pytest.raises(CommandError, match="1 problems"):
        run("check")

    catalogue.write_text(
        catalogue.read_text().replace('msgid "Start"\nmsgstr ""', 'msgid "Start"\nmsgstr "Börja"')
    )

    assert "complete: 1 texts" in run("check")


def test_the_check_names_the_app_the_text_and_the_place(checkout: Path) -> None:
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("translations", "check", "programs", stdout=out)

    assert out.getvalue() == "programs: missing: 'Start' (programs/views.py:1)\n"


def test_an_unknown_app_is_refused(checkout: Path) -> None:
    with pytest.raises(CommandError, match="There are: ikbt/common, programs"):
        run("update", "program")


def test_compile_writes_the_catalogue_for_the_screens(checkout: Path) -> None:
    run("update")

    assert run("compile") == "1 catalogues compiled.\n"
    assert (checkout / "programs/locale/sv/LC_MESSAGES/django.mo").exists()
