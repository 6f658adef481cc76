"""A file takes its name once it is written whole, so that nobody reads half of one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to; it stands at `path` when the block ends well, and is gone when it doesn't.

    Readable by its owner alone. Raises OSError where the folder can't be written.
    """
    with NamedTemporaryFile("wb", dir=path.parent, delete=False) as out:
        try:
            yield out
            out.flush()
            Path(out.name).replace(path)
        except BaseException:
            Path(out.name).unlink()
            raise
