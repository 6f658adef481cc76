"""Reads what decides a patient's own path: decisions, newest scores and answers, what she has worked on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from ikbt.treatments.models import ModuleProgress, PathDecision, Treatment, WorksheetEntry
from ikbt.treatments.reading import forget_outline, outline_of
from measurements.models import Score
from programs.tailoring import path as rules
from programs.tailoring.conditions import Known, instruments_in, steps_in
from programs.tailoring.path import Decided, Offered, Seen

Document = Mapping[str, Any]
ACCEPTED, DECLINED = "accepted", "declined"
HELD, RELEASED = "held", "released"
LEFT_OUT, PUT_BACK = "left_out", "put_back"


@dataclass(frozen=True)
class Way:
    """One patient's way through her program, as read at one moment."""

    outline: Document
    progress: Sequence[ModuleProgress]
    entries: Mapping[str, int]
    decided: Decided = field(default_factory=Decided)
    known: Known = field(default_factory=Known)
    # Steps that she has written in or finished: they stay reachable.
    worked_on: frozenset[str] = frozenset()
    decisions: Sequence[PathDecision] = ()

    @property
    def opened(self) -> dict[str, ModuleProgress]:
        """The modules that are open, by key."""
        return {row.module_key: row for row in self.progress}

    @property
    def handed_in(self) -> frozenset[str]:
        """Keys of the modules she has handed in."""
        return frozenset(row.module_key for row in self.progress if row.submitted_at is not None)

    @property
    def path(self) -> list[Document]:
        """Her modules in order."""
        return rules.path_of(self.outline, self.decided, self.opened)

    @property
    def beside(self) -> list[Document]:
        """Modules that are open and no longer in her path: she has chosen another."""
        here = {module["key"] for module in self.path}
        return [
            one for one in self.outline["modules"] if one["key"] in self.opened and one["key"] not in here
        ]

    @property
    def held(self) -> frozenset[str]:
        """Closed modules that her therapist holds."""
        return self.decided.held - set(self.opened)

    @property
    def left_out(self) -> list[Document]:
        """Modules that her therapist has left out and that were not open before."""
        out = self.decided.left_out - set(self.opened)
        return [one for one in self.outline["modules"] if one["key"] in out]

    @property
    def next_module(self) -> Document | None:
        """The first module of her path that is not open yet; None when all are."""
        return next(rules.closed_of(self.path, self.opened), None)

    @property
    def offers(self) -> list[Offered]:
        """What is offered now, declined or not."""
        return rules.offers_of(
            self.outline, self.path, self.decided, self.known, opened=self.opened, handed_in=self.handed_in
        )

    @property
    def taken(self) -> list[Offered]:
        """What was offered and taken, and can still be taken back."""
        return rules.taken_of(self.outline, self.decided, opened=self.opened)

    def module(self, key: str) -> Document:
        """A module of the program."""
        found: Document = next(module for module in self.outline["modules"] if module["key"] == key)
        return found

    def seen(self, module: Document, step: Document) -> Seen:
        """What a step is for her."""
        return rules.seen(module, step, self.decided, self.known, self.worked_on)

    def steps(self, module: Document) -> list[Document]:
        """The steps of a module that she sees."""
        return [step for step in module["steps"] if self.seen(module, step) is not Seen.HIDDEN]

    def is_optional(self, module: Document, step: Document) -> bool:
        """She may leave the step out, by a rule or a choice."""
        return self.seen(module, step) is Seen.OPTIONAL

    def requires(self, module: Document) -> list[Document]:
        """Which entries the module asks of her."""
        asked = rules.is_asked(module, self.decided, self.known, self.worked_on)
        return rules.requires_of(module, asked)


def way_of(treatment: Treatment, *, progress: Sequence[ModuleProgress] | None = None) -> Way:
    """Two queries, one more where a therapist has planned modules anew, three more for a program that is tailored.

    `progress`: where it is read already.
    """
    rows = list(treatment.progress.all()) if progress is None else progress
    outline, entries = outline_of(treatment), handed_in_counts(treatment)
    is_tailored = rules.is_tailored(outline)
    decisions = list(treatment.path_decisions.all()) if is_tailored or treatment.is_replanned else []
    if not is_tailored:
        return Way(outline, rows, entries, decided=decided_by(decisions), decisions=decisions)
    done = {key for row in rows for key in row.steps_done}
    written = WorksheetEntry.objects.filter(treatment=treatment).order_by()
    return Way(
        outline,
        rows,
        entries,
        decided=decided_by(decisions),
        known=Known(_scores(treatment, outline), _answers(treatment, outline), entries),
        worked_on=frozenset(done | set(written.values_list("step_key", flat=True).distinct())),
        decisions=decisions,
    )


def own_modules(
    treatment: Treatment, *, opened: Collection[str], handed_in: Collection[str]
) -> tuple[int, frozenset[str]]:
    """How many modules are hers, and which of them she has handed in; one query where anything is decided.

    Hers are those of her path, and what choices that she has still to make bring at least: whoever ends before them
    has not gone through a program that is all the shorter.
    """
    # Asked anew and not kept: a minor version may have come since, and the caller may go on to open a module.
    forget_outline(treatment)
    outline = outline_of(treatment)
    forget_outline(treatment)
    decisions = treatment.path_decisions.all() if rules.is_tailored(outline) or treatment.is_replanned else ()
    decided = decided_by(decisions)
    keys = {module["key"] for module in rules.path_of(outline, decided, opened)}
    return len(keys) + rules.still_to_choose(outline, decided), frozenset(keys.intersection(handed_in))


def decided_by(decisions: Iterable[PathDecision]) -> Decided:
    """The decisions as the rules take them."""
    by_kind: dict[str, dict[str, list[str]]] = {kind: {} for kind in PathDecision.Kind}
    for one in decisions:
        by_kind[one.kind][one.key] = one.answer
    kinds, offers = PathDecision.Kind, by_kind[PathDecision.Kind.OFFER]
    return Decided(
        subtypes=frozenset(by_kind[PathDecision.Kind.SUBTYPES].get("", ())),
        chosen=by_kind[PathDecision.Kind.CHOICE],
        accepted=_answered(offers, ACCEPTED),
        declined=_answered(offers, DECLINED),
        held=_answered(by_kind[kinds.HOLD], HELD),
        left_out=_answered(by_kind[kinds.SKIP], LEFT_OUT),
        order=by_kind[kinds.ORDER].get("", ()),
    )


def _answered(answers: Mapping[str, Sequence[str]], word: str) -> frozenset[str]:
    """Of one kind, the keys that were answered by this word."""
    return frozenset(key for key, answer in answers.items() if list(answer) == [word])


def handed_in_counts(treatment: Treatment) -> dict[str, int]:
    """Handed-in entries per step key."""
    rows = WorksheetEntry.objects.filter(treatment=treatment, state=WorksheetEntry.State.HANDED_IN)
    return dict(rows.values_list("step_key").annotate(Count("id")).order_by())


def _scores(treatment: Treatment, outline: Document) -> dict[str, int]:
    """The newest total of each instrument that a rule looks at."""
    named = {slug for rule in rules.rules_in(outline) for slug in instruments_in(rule)}
    if not named:
        return {}
    rows = Score.objects.filter(
        occasion__series=treatment.series_id, instrument_slug__in=named, total_rounded__isnull=False
    )
    newest = rows.order_by("answered_at", "id").values_list("instrument_slug", "total_rounded")
    return {slug: total for slug, total in newest if total is not None}


def _answers(treatment: Treatment, outline: Document) -> dict[str, dict[str, Any]]:
    """The newest handed-in entry of each step that a rule looks at; drafts are hers alone."""
    named = {key for rule in rules.rules_in(outline) for key in steps_in(rule)}
    if not named:
        return {}
    rows = WorksheetEntry.objects.filter(
        treatment=treatment, step_key__in=named, state=WorksheetEntry.State.HANDED_IN
    )
    newest = {entry.step_key: entry for entry in rows.order_by("created_at", "id")}
    return {key: dict(entry.values) for key, entry in newest.items()}
