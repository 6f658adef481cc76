"""Serves pages as a server's process does, and tells what each costs: `-m tests.benchmarks.served COOKIE PATH...`

A process of its own: one that has made thousands of rows has its memory in pieces, and works a third slower for it.
The settings name the database, as for any process.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

import django
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.benchmarks.asking import Ask, asker, cookie_header

TIMES = 40


@dataclass(frozen=True)
class Cost:
    """What one page costs: statements, and seconds of the processors, here and in the database.

    `seconds` is the quickest tenth of many: what else the machine does, or its host, only adds.
    """

    queries: int
    seconds: float


def costs_of(paths: Sequence[str], *, cookies: SimpleCookie, database: str) -> list[Cost]:
    """What each page costs a process of its own on this database, which lies where the test's does."""
    url = urlsplit(os.environ["IKBT_TEST_DATABASE_URL"])._replace(path=f"/{database}").geturl()
    answer = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.served", cookie_header(cookies), *paths],
        env={**os.environ, "IKBT_TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "ikbt.settings.test"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return [Cost(**one) for one in json.loads(answer.stdout)]


def _cost_of(ask: Ask) -> Cost:
    """Of a page that this process has drawn before."""
    for _ in range(3):
        assert ask().status_code == 200
    with CaptureQueriesContext(connection) as captured:
        ask()
    queries = sum(one["sql"] not in {"BEGIN", "COMMIT"} for one in captured.captured_queries)
    gc.collect()
    gc.freeze()
    return Cost(queries, quantiles([_seconds(ask) for _ in range(TIMES)], n=10)[0])


def _seconds(ask: Ask) -> float:
    before = time.process_time() + _database_seconds()
    ask()
    return time.process_time() + _database_seconds() - before


def _database_seconds() -> float:
    """What this connection's server process has worked so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        process = int(cursor.fetchone()[0])
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9


def main(cookie: str, paths: Sequence[str]) -> None:
    django.setup()
    print(json.dumps([asdict(_cost_of(asker(path, SimpleCookie(cookie)))) for path in paths]))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
