"""Password guessing: decides how many tries an account, an address and both together have in a while.

Each try is counted before the password is looked at, so that parallel ones can't slip past. Nothing is locked
for good, and passkeys and e-ID are never counted: who knows an address can delay a password, and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from ikbt.accounts.models import GuessCount
from ikbt.common.client_address import guessers_place
from ikbt.common.fields import blind_index


@dataclass(frozen=True)
class Limit:
    """So many tries within so long, counted from the first."""

    tries: int
    within: timedelta


# One person at one place; all tries on one account; all from one address, which may be a whole clinic's.
PAIR = Limit(10, timedelta(minutes=15))
ACCOUNT = Limit(50, timedelta(minutes=15))
ADDRESS = Limit(100, timedelta(minutes=15))
# Counters older than any limit are of no use to anyone.
KEPT = timedelta(days=1)


def count_try(email: str, address: str, *, at: datetime) -> int:
    """Count one try. 0 when it may go on, else the seconds to wait."""
    with transaction.atomic():
        waits = [count(key, limit, at) for key, limit in _limits(email, address)]
    return max(waits)


def forgive(email: str, address: str, *, at: datetime) -> None:
    """The password was right: forget what was counted for this account here, and elsewhere this one try."""
    (pair, _), *others = _limits(email, address)
    GuessCount.objects.filter(pk=pair).delete()
    GuessCount.objects.filter(since__lt=at - KEPT).delete()
    GuessCount.objects.filter(pk__in=[key for key, _ in others], tries__gt=0).update(tries=F("tries") - 1)


def _limits(email: str, address: str) -> list[tuple[str, Limit]]:
    who, address = email.strip().casefold(), guessers_place(address)
    return [
        (blind_index(f"pair {who} {address}"), PAIR),
        (blind_index(f"account {who}"), ACCOUNT),
        (blind_index(f"address {address}"), ADDRESS),
    ]


def count(key: str, limit: Limit, at: datetime) -> int:
    """Count one under a keyed hash. 0 while the limit holds, else the seconds to wait."""
    counting = GuessCount.objects.filter(
        pk=key, since__gt=at - limit.within, since__lt=at + limit.within, tries__lt=limit.tries
    )
    # One statement where nothing is amiss, so that it may stand before every form that is sent.
    if counting.update(tries=F("tries") + 1):
        return 0
    with transaction.atomic():
        return _count_with_care(key, limit, at)


def _count_with_care(key: str, limit: Limit, at: datetime) -> int:
    GuessCount.objects.get_or_create(pk=key, defaults={"since": at})
    counted = GuessCount.objects.select_for_update().get(pk=key)
    # Apart either way: of tries in parallel one may have looked at the clock before the other that began the count.
    if abs(at - counted.since) >= limit.within:
        counted.tries, counted.since = 0, at
    counted.tries += 1
    counted.save()
    if counted.tries <= limit.tries:
        return 0
    return max(1, round((counted.since + limit.within - at).total_seconds()))
