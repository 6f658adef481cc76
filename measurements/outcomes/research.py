"""Makes a pseudonymised table for research: keyed pseudonyms, days from start, ages in bands, numbers and no text.

Nobody stands in it whose age band, sex and program together she shares with fewer than k persons: what singles her out
is starred, first her age band, then her sex, then her program, and who still stands alone is left out and counted.
Taken alone this is no anonymous data: a course of scores can be recognised by who knows it. It stays personal data.

Source: k-anonymity by Sweeney, Int J Uncertain Fuzz 2002;10:557-570; keyed pseudonyms as in ENISA's Pseudonymisation
techniques and best practices, 2019, chapter 5.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from measurements.outcomes.sheets import Sheet, Variable

AT_LEAST = 5
LEAST_KEY_BYTES = 32
PSEUDONYM_LENGTH = 20  # characters of five bits: no two persons of a region meet by chance
BANDS = (18, 25, 35, 45, 55, 65, 75)
STARRED = "*"
# A key of a program, a wave or an item: no room for a sentence, nor for the digits of a personal number.
SLUG = re.compile(r"(?!.*[0-9]{6})[a-z0-9][a-z0-9_./-]{0,39}", re.ASCII)
MOST_POINTS = 10_000  # no questionnaire has more; a personal number has
SEXES = frozenset({"woman", "man", "other", "unknown"})
TRAITS = ("age_band", "sex", "program")  # starred from the left

VARIABLES = (
    Variable("pseudonym", "The person, the same in every export of this project", "20 characters"),
    Variable(
        "age_band",
        "Age in years at the start of treatment",
        "-17, 18-24, 25-34, ... 75-; * when starred or not known",
    ),
    Variable("sex", "Sex as in the population register", "woman, man, other, unknown; * when starred"),
    Variable("program", "The treatment program", "its key; * when starred"),
    Variable("instrument", "The questionnaire", "its id"),
    Variable("version", "The version of its wording and rules", "its version"),
    Variable("wave", "The occasion of the plan", "its key"),
    Variable("day", "Days from the start of treatment to the answer; negative before", "whole days"),
    Variable("item", "The item's id, or total", "id"),
    Variable("value", "The value answered, or the total", "points; empty when unanswered"),
)


class ResearchError(ValueError):
    """The export can't be made; the message says why in one sentence."""


@dataclass(frozen=True)
class Participant:
    """One course in the project. `person` is any stable id; it leaves this module as a pseudonym alone.

    `age` is None when her date of birth is not known.
    """

    person: str
    age: int | None
    sex: str
    program: str
    started_on: date


@dataclass(frozen=True)
class Answer:
    """One answered item, or the total (`item` is "total"), of one occasion; `value` is None when unanswered."""

    person: str
    instrument: str
    version: str
    wave: str
    answered_on: date
    item: str
    value: float | None


@dataclass(frozen=True)
class Export:
    """The table; how many persons are in it, how many had something starred, how many were left out."""

    sheet: Sheet
    persons: int
    starred: int
    left_out: int


@dataclass(frozen=True)
class Traits:
    """What of a person others may know."""

    age_band: str
    sex: str
    program: str


def pseudonym(person: str, key: bytes) -> str:
    """The person's pseudonym under a project's key: HMAC-SHA256, its first 100 bits. Without the key nobody can
    recompute it from a list of persons; another project's key gives another. Raises ResearchError for a short key."""
    if len(key) < LEAST_KEY_BYTES:
        raise ResearchError(f"A project's key has at least {LEAST_KEY_BYTES} bytes; this one has {len(key)}.")
    digest = hmac.new(key, person.encode("utf-8"), hashlib.sha256).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:PSEUDONYM_LENGTH]


def age_band(age: int) -> str:
    """The band of an age in whole years: -17, 18-24, 25-34, up to 75-. Raises ResearchError outside 0 to 130."""
    if not 0 <= age <= 130:
        raise ResearchError(f"An age is 0 to 130 years, not {age}.")
    below = [first for first in BANDS if first <= age]
    above = [first for first in BANDS if first > age]
    return f"{below[-1] if below else ''}-{above[0] - 1 if above else ''}"


def k_anonymous(traits: Mapping[str, Traits], *, at_least: int = AT_LEAST) -> dict[str, Traits]:
    """The same persons with traits starred until each shares hers with `at_least` - 1 others; who can't is left out."""
    kept = dict(traits)
    for name in TRAITS:
        rare = _rare(kept, at_least)
        kept |= {person: replace(kept[person], **{name: STARRED}) for person in rare}
    # Leaving one out may make another rare; with everything starred all rare ones are alike, so once is enough.
    alone = _rare(kept, at_least)
    return {person: own for person, own in kept.items() if person not in alone}


def _rare(traits: Mapping[str, Traits], at_least: int) -> frozenset[str]:
    together = Counter(traits.values())
    return frozenset(person for person, own in traits.items() if together[own] < at_least)


def research_export(
    participants: Sequence[Participant], answers: Iterable[Answer], *, key: bytes, at_least: int = AT_LEAST
) -> Export:
    """The table of the answers, long: one row per answered item or total, in order of pseudonym.

    Raises ResearchError for a short key, a person twice, an answer of nobody here, and anything that is no number and
    no short key, so that no free text can leave with it.
    """
    by_person = {one.person: one for one in participants}
    if len(by_person) != len(participants):
        raise ResearchError("A person stands twice among the participants.")
    known = {one.person: _traits(one) for one in participants}
    shown = k_anonymous(known, at_least=at_least)
    names = {person: pseudonym(person, key) for person in by_person}
    rows = []
    for answer in answers:
        if answer.person not in by_person:
            raise ResearchError("An answer is of somebody who is no participant.")
        _refuse_text(answer)
        own = shown.get(answer.person)
        if own is not None:
            days = (answer.answered_on - by_person[answer.person].started_on).days
            rows.append(
                (
                    names[answer.person],
                    own.age_band,
                    own.sex,
                    own.program,
                    answer.instrument,
                    answer.version,
                    answer.wave,
                    days,
                    answer.item,
                    answer.value,
                )
            )
    # By pseudonym, since the order of the database is an order of time.
    rows.sort(key=lambda row: (row[0], row[4], row[7], row[8]))
    starred = sum(own != known[person] for person, own in shown.items())
    return Export(Sheet("Answers", VARIABLES, rows), len(shown), starred, len(known) - len(shown))


def _traits(one: Participant) -> Traits:
    if one.sex not in SEXES:
        raise ResearchError(f"Sex can be {', '.join(sorted(SEXES))}.")
    if not SLUG.fullmatch(one.program):
        raise ResearchError("A program is named by its key, not by text.")
    return Traits(STARRED if one.age is None else age_band(one.age), one.sex, one.program)


def _refuse_text(answer: Answer) -> None:
    # Not quoted in the sentence: what was refused may be what somebody wrote.
    for name in ("instrument", "version", "wave", "item"):
        if not SLUG.fullmatch(getattr(answer, name)):
            raise ResearchError(f"The {name} of an answer is its key, not text.")
    value = answer.value
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise ResearchError("The value of an answer is a number or nothing, not text.")
    if value is not None and not -MOST_POINTS <= value <= MOST_POINTS:
        raise ResearchError(f"The value of an answer is at most {MOST_POINTS} points.")
