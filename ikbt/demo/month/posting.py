"""Reads what left by mail and text in a simulated month: counted, and held against the neutral texts word by word."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cache

from django.core import mail
from django.template.loader import render_to_string
from django.utils import translation

from ikbt.accounts.models import Person
from ikbt.outbox.mailing import sign_in_address
from ikbt.outbox.models import Notice
from ikbt.outbox.sms import memory

TEXTED = sorted(set(Notice.Kind.values) - set(Notice.ALWAYS))


@dataclass
class Posted:
    """How much left which way, and what of it stands in no template."""

    count: Counter[str] = field(default_factory=Counter)
    # By mail id or reference.
    left: Counter[str] = field(default_factory=Counter)
    strange: list[str] = field(default_factory=list)
    _people: dict[str, tuple[str, str]] = field(default_factory=dict)

    def empty_the_boxes(self) -> None:
        """Django's box in memory and that of the texts."""
        sent = list(getattr(mail, "outbox", []))
        for one in sent:
            self.count["email"] += 1
            self.left[one.extra_headers["Message-ID"]] += 1
            first_name, language = self._whose(one.to[0])
            if (one.subject, one.body) not in neutral_mails(first_name, language):
                self.strange.append(f"mail: {one.subject}")
        for text in memory.outbox:
            self.count["sms"] += 1
            self.left[text.reference] += 1
            if text.body not in neutral_texts():
                self.strange.append(f"text: {text.body}")
        if sent:
            mail.outbox.clear()
        memory.outbox.clear()

    def _whose(self, address: str) -> tuple[str, str]:
        if address not in self._people:
            self._people[address] = Person.objects.values_list("first_name", "language").get(email=address)
        return self._people[address]


@cache
def neutral_mails(first_name: str, language: str) -> frozenset[tuple[str, str]]:
    """Subject and text of each kind, as it may go to somebody of that name."""
    context = {"first_name": first_name, "link": sign_in_address()}
    with translation.override(language):
        return frozenset(
            (
                " ".join(render_to_string(f"email/{kind}/subject.txt", context).split()),
                render_to_string(f"email/{kind}/body.txt", context),
            )
            for kind in Notice.Kind.values
        )


@cache
def neutral_texts() -> frozenset[str]:
    """Of each kind in each language."""
    found = set()
    for language in ("sv", "en"):
        with translation.override(language):
            for kind in TEXTED:
                body = render_to_string(f"sms/{kind}.txt", {"link": sign_in_address()})
                found.add(" ".join(body.split()))
    return frozenset(found)
