"""A process of its own that forks workers: each runs the two commands of cron, or kills itself with -9 on the way.

Started by test_killed_processes.py. Each line in is JSON: {"point": "begun" or "", "clock": moment, "workers": 3}; each
line out a list of how they ended: 0, or minus the number of the signal. Django starts once, the workers are forks.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from io import StringIO
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.template.loader import render_to_string
from django.urls import reverse

READY = "ready"


def main(mail_folder: str) -> None:
    django.setup()
    _warm_up()
    print(READY, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        print(
            json.dumps(race(order["point"], order["clock"], order["workers"], Path(mail_folder))), flush=True
        )


def _warm_up() -> None:
    """Load what each fork would load anew: all addresses, and the mail's templates."""
    reverse("accounts:sign_in")
    for part in ("subject", "body"):
        for kind in ("reminder", "welcome_back"):
            render_to_string(f"email/{kind}/{part}.txt", {})


def race(point: str, moment: str, workers: int, mail_folder: Path) -> list[int]:
    """So many workers from one starting line; how each ended."""
    # A connection belongs to one process.
    connections.close_all()
    line_out, line_in = os.pipe()
    children = [_fork(point, moment, mail_folder, line_out, line_in) for _number in range(workers)]
    # All wait for its end: now they are off together.
    os.close(line_in)
    os.close(line_out)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def _fork(point: str, moment: str, mail_folder: Path, line_out: int, line_in: int) -> int:
    child = os.fork()
    if child:
        return child
    ended = 1
    try:
        os.close(line_in)
        os.read(line_out, 1)
        _run(point, moment, mail_folder)
        ended = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        # Never back into the loop, which is the first process's.
        sys.stderr.flush()
        os._exit(ended)


def _run(point: str, moment: str, mail_folder: Path) -> None:
    # Loads what needs a set up Django.
    from ikbt.common.clock import MOVED_BY
    from tests.ikbt.outbox.killing import dying_at

    os.environ[MOVED_BY] = moment
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    # One folder a worker: two files of the same second would bear the same name.
    settings.EMAIL_FILE_PATH = str(mail_folder / str(os.getpid()))
    with dying_at(point, _kill_myself):
        call_command("run_clock", stdout=StringIO())
        call_command("send_notices", stdout=StringIO())


def _kill_myself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
