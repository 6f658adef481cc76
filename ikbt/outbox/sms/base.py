"""What a region's gateway for text messages implements, and what it may rely on; no gateway is called here."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass


class NotSent(Exception):
    """It certainly did not go: refused, or no connection. It is tried again."""


class Unsure(Exception):
    """Nobody knows whether it went: the line broke after the gateway may have got it.

    An automatic message is then never sent again; what a person's own act asks for comes again, by the same reference.
    """


@dataclass(frozen=True)
class Text:
    """One text message.

    `to` is in E.164. `reference` is one message's own, the same each time it is tried: a gateway that takes a client
    reference must be given it, so that it can drop a repeat. `body` holds only signs of the GSM alphabet, in one part.
    """

    to: str
    body: str
    reference: str


class SmsBackend(ABC):
    """One way out. Made anew for each message, without arguments; it reads its own settings.

    A gateway over HTTP lies in a module of the region's own; `IKBT_SMS_BACKEND` names its class. It

    1. posts the text over TLS, with the certificate checked, within `settings.EMAIL_TIMEOUT` seconds in all: a request
       or the clock waits for it;
    2. returns when the gateway has said that it took it;
    3. raises `NotSent` when it was refused, or no connection was made;
    4. raises `Unsure` when time ran out or the line broke after it was posted, or the answer can't be read;
    5. writes neither number nor text to a log, and takes its key from the environment or a file.

    Any other exception counts as `Unsure`, since it says nothing about what the gateway got.
    """

    @abstractmethod
    def send(self, text: Text) -> None:
        """Hand one message to the gateway, once."""
