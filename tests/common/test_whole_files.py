"""A file stands under its name once it is whole; what was there stays until then."""

from __future__ import annotations

from pathlib import Path

import pytest

from ikbt.common.whole_files import whole_file


def test_a_file_takes_its_name_when_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    with whole_file(path) as out:
        out.write(b"whole")
        assert not path.exists()

    assert path.read_bytes() == b"whole"
    assert path.stat().st_mode & 0o077 == 0


def stop_halfway(path: Path) -> None:
    with whole_file(path) as out:
        out.write(b"half")
        raise InterruptedError


def test_when_writing_fails_the_old_file_stays_and_no_other_is_left(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_bytes(b"old")

    with pytest.raises(InterruptedError):
        stop_halfway(path)

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
