"""Guards what a person sees while packages are fetched."""

from io import StringIO
from itertools import count

from ikbt.bootstrap.progress import PipProgress, phase_line


def test_a_phase_tells_its_name_count_and_seconds() -> None:
    assert phase_line("Fetching packages", done=20, total=61, seconds=12.4).split() == [
        "Fetching", "packages", "20", "of", "61", "12", "s",
    ]  # fmt: skip


def test_progress_is_told_at_every_tenth_package_and_at_the_end() -> None:
    out = StringIO()
    progress = PipProgress(25, out=out, clock=count().__next__)

    for number in range(25):
        progress.follow(f"Collecting package{number}==1.0\n")
        progress.follow("  Downloading package.whl (1 kB)\n")
    progress.follow("Installing collected packages: a, b\n")
    progress.finish()

    told = [" ".join(line.split()[:-2]) for line in out.getvalue().splitlines()]
    assert told == [
        "Fetching packages 10 of 25",
        "Fetching packages 20 of 25",
        "Fetched; unpacking 25 of 25",
        "Installed 25 of 25",
    ]
