"""Guards what decides an installation: the lock's hash, the stamp, and the Python it was made for."""

import re

import pytest

from ikbt.bootstrap import locks
from ikbt.bootstrap.locks import Stamp

WANTED = {"runtime": "aa", "test": "bb"}


def test_nothing_is_pending_when_the_stamp_has_every_digest() -> None:
    assert locks.pending(Stamp("3.11", WANTED), WANTED, python="3.11") == []


def test_only_the_changed_lock_is_pending() -> None:
    stamp = Stamp("3.11", {"runtime": "aa", "test": "old"})

    assert locks.pending(stamp, WANTED, python="3.11") == ["test"]


def test_everything_is_pending_without_a_stamp() -> None:
    assert locks.pending(None, WANTED, python="3.11") == ["runtime", "test"]


def test_everything_is_pending_for_another_python() -> None:
    assert locks.pending(Stamp("3.11", WANTED), WANTED, python="3.12") == ["runtime", "test"]


@pytest.mark.parametrize(
    "text", [None, "", "{", "[]", '{"python": "3.11"}', '{"python": "3.11", "digests": 1}']
)
def test_a_stamp_that_is_missing_or_cut_short_is_no_stamp(text: str | None) -> None:
    assert locks.parse_stamp(text) is None


def test_a_stamp_is_read_back_as_written() -> None:
    stamp = Stamp("3.11", WANTED)

    assert locks.parse_stamp(stamp.as_json()) == stamp


def test_a_new_digest_joins_those_of_the_same_python() -> None:
    assert locks.stamp_after(Stamp("3.11", {"runtime": "aa"}), "test", "bb", python="3.11").digests == WANTED


def test_what_another_python_installed_is_forgotten() -> None:
    after = locks.stamp_after(Stamp("3.10", {"runtime": "aa"}), "test", "bb", python="3.11")

    assert after == Stamp("3.11", {"test": "bb"})


def test_one_byte_changes_the_digest() -> None:
    assert locks.digest("django==5.2.19\n") != locks.digest("django==5.2.18\n")


def test_a_package_listed_for_two_pythons_counts_once() -> None:
    text = "# note\nnumpy==2.4 ; python < '3.12' \\\n    --hash=sha256:0\nnumpy==2.5\nuvicorn[standard]==1\n"

    assert locks.package_count(text) == 2


@pytest.mark.parametrize("name", ["runtime", "test", "virtualenv"])
def test_each_package_of_a_shipped_lock_is_pinned_and_hashed(name: str) -> None:
    entries = re.split(r"\n(?=[A-Za-z0-9])", locks.lock_path(name).read_text(encoding="utf-8"))[1:]

    assert len(entries) >= 4
    for entry in entries:
        assert re.match(r"[A-Za-z0-9._-]+==\S+", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


@pytest.mark.parametrize("name", ["runtime", "test", "virtualenv"])
def test_a_shipped_lock_names_no_host(name: str) -> None:
    assert not re.search(
        r"://|--(extra-)?index-url|--find-links", locks.lock_path(name).read_text(encoding="utf-8")
    )


def test_the_locks_agree_on_the_packages_they_share() -> None:
    def pins(name: str) -> set[tuple[str, str]]:
        return set(
            re.findall(r"^([a-z0-9-]+)==(\S+)", locks.lock_path(name).read_text(encoding="utf-8"), re.M)
        )

    runtime, test = pins("runtime"), pins("test")
    shared = {package for package, _ in runtime} & {package for package, _ in test}

    assert "django" in shared
    assert {pin for pin in test if pin[0] in shared} <= runtime
