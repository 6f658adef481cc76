"""Guards what each command of manage.py gets before it runs."""

import pytest

from ikbt.bootstrap import commands

BY_FILE = ["--dist", "loadfile", "--no-loadscope-reorder"]


def test_a_bare_manage_py_asks_for_help() -> None:
    assert commands.command_of(["manage.py"]) == "help"


@pytest.mark.parametrize(
    ("command", "chosen", "expected"),
    [
        ("migrate", None, "ikbt.settings.dev"),
        ("migrate", "ikbt.settings.production", "ikbt.settings.production"),
        ("demo", None, "ikbt.settings.demo"),
        ("demo", "ikbt.settings.production", "ikbt.settings.demo"),
        ("test", "ikbt.settings.production", "ikbt.settings.test"),
    ],
)
def test_settings_follow_the_command(command: str, chosen: str | None, expected: str) -> None:
    assert commands.settings_for(command, chosen) == expected


def test_only_the_tests_need_the_test_lock() -> None:
    assert commands.locks_for("demo") == ("runtime",)
    assert commands.locks_for("test") == ("runtime", "test")


def test_the_whole_suite_is_spread_over_the_cores() -> None:
    assert commands.pytest_words([], cores=2) == ["-n", "2", *BY_FILE]
    assert commands.pytest_words(["-x"], cores=64) == ["-n", "4", *BY_FILE, "-x"]


@pytest.mark.parametrize(
    "word", ["tests/programs", "test_doors.py", "-n0", "-n=3", "--pdb", "-s", "--dist=load"]
)
def test_a_part_or_a_chosen_way_is_left_as_it_is(word: str) -> None:
    assert commands.pytest_words([word, "-q"], cores=8) == [word, "-q"]


def test_one_core_gets_no_workers() -> None:
    assert commands.pytest_words(["-q"], cores=1) == ["-q"]
