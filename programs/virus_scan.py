"""Asks a virus scanner about an uploaded file, where the operator runs one; decides that silence is a no.

Speaks clamd's INSTREAM command (manual of clamd, 8): parts of at most 64 KiB, each after its length in four bytes
in network order, and a length of zero at the end; the answer is "stream: OK" or "stream: NAME FOUND".
"""

from __future__ import annotations

import logging
import socket
import struct
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

PART = 64 * 1024
# clamd reads a film of 300 MB in some seconds; a scanner that hangs must not hold a worker for ever.
SECONDS = 30
MOST_ANSWER = 4096

log = logging.getLogger(__name__)


def check_for_viruses(file: IO[bytes]) -> None:
    """Pass when nothing is found or no scanner is set; the file is left at its start.

    Raises ValidationError when something is found, and also when the scanner does not answer.
    """
    address = settings.VIRUS_SCANNER
    if not address:
        return
    try:
        answer = ask(address, file)
    except OSError as failed:
        log.error("The virus scanner did not answer: %s", type(failed).__name__)
        answer = ""
    finally:
        file.seek(0)
    if answer.endswith(" FOUND"):
        log.warning("An uploaded file was refused by the virus scanner.")
        raise ValidationError(_("The file holds a virus and was not kept."), code="virus")
    if answer != "stream: OK":
        raise ValidationError(
            _("The file could not be examined for viruses, so it was not kept. Try again in a while."),
            code="unexamined",
        )


def ask(address: str, file: IO[bytes]) -> str:
    """The scanner's answer, e.g. "stream: OK"; address as "unix:/path" or "tcp:host:port". Raises OSError."""
    with _connected(address) as scanner:
        scanner.sendall(b"zINSTREAM\0")
        file.seek(0)
        while part := file.read(PART):
            scanner.sendall(struct.pack("!I", len(part)) + part)
        scanner.sendall(struct.pack("!I", 0))
        return _answer(scanner)


def _connected(address: str) -> socket.socket:
    kind, _colon, rest = address.partition(":")
    if kind == "unix":
        scanner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        scanner.settimeout(SECONDS)
        scanner.connect(rest)
        return scanner
    host, _colon, port = rest.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)


def _answer(scanner: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < MOST_ANSWER:
        part = scanner.recv(MOST_ANSWER)
        if not part:
            break
        said += part
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()
