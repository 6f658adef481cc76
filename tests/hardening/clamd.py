"""A stand-in for clamd: speaks INSTREAM on a local socket and finds the industry's test file. Holds no tests."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# The industry's harmless test file, in two parts so that no scanner takes this file for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def clamd(content: bytes) -> bytes:
    """What the daemon says of a stream."""
    return b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


@contextmanager
def scanner(path: Path, answer: Callable[[bytes], bytes] = clamd) -> Iterator[list[bytes]]:
    """A daemon that speaks INSTREAM on a socket; gives what it was sent."""
    heard: list[bytes] = []
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen()

    def serve() -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            with caller, caller.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while length := struct.unpack("!I", stream.read(4))[0]:
                    content += stream.read(length)
                heard.append(content)
                caller.sendall(answer(content))

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield heard
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
