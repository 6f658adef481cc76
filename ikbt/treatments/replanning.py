"""The therapist plans the modules anew: holds one, leaves one out, moves one in the order; always with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.audit.recording import Actor
from ikbt.treatments.models import PathDecision, Treatment, TreatmentEvent
from ikbt.treatments.opening_alone import open_alone
from ikbt.treatments.path_decisions import (
    LEAST_REASON,
    keep_decision,
    locked_running,
    standing_decision,
    tell_decision,
)
from ikbt.treatments.paths import HELD, LEFT_OUT, PUT_BACK, RELEASED, Way, way_of
from programs.tailoring.ordering import places_for

Event, Kind = TreatmentEvent.Kind, PathDecision.Kind


@dataclass(frozen=True)
class Reasoned:
    """Who decides, why, and when."""

    person: Person
    reason: str
    by: Actor
    at: datetime


def hold_module(treatment: Treatment, module_key: str, said: Reasoned) -> PathDecision:
    """Keep a closed module closed: no rule and no offer opens it, until it is released or opened with a reason.

    A repeat changes nothing. Raises ValidationError: code "reason" without one, "opened" when it is open already.
    """
    with transaction.atomic():
        locked, way = _begin(treatment, module_key, said)
        return _decide(locked, way, Kind.HOLD, module_key, [HELD], Event.MODULE_HELD, said)


def release_hold(treatment: Treatment, module_key: str, said: Reasoned) -> PathDecision:
    """Let its rule decide again; what the rule allows by itself opens at once. Refuses as hold_module does."""
    with transaction.atomic():
        locked, way = _begin(treatment, module_key, said)
        if module_key not in way.held:
            raise ValidationError(_("The module is not held."), code="stale")
        return _decide(locked, way, Kind.HOLD, module_key, [RELEASED], Event.MODULE_RELEASED, said)


def leave_out_module(treatment: Treatment, module_key: str, said: Reasoned) -> PathDecision:
    """Take a closed module out of her path; those behind it no longer wait for it. Refuses as hold_module does."""
    with transaction.atomic():
        locked, way = _begin(treatment, module_key, said)
        return _decide(locked, way, Kind.SKIP, module_key, [LEFT_OUT], Event.MODULE_SKIPPED, said)


def put_back_module(treatment: Treatment, module_key: str, said: Reasoned) -> PathDecision:
    """Take a module that was left out into her path again, at its place. Refuses as hold_module does."""
    with transaction.atomic():
        locked, way = _begin(treatment, module_key, said)
        if all(one["key"] != module_key for one in way.left_out):
            raise ValidationError(_("The module is not left out."), code="stale")
        return _decide(locked, way, Kind.SKIP, module_key, [PUT_BACK], Event.MODULE_PUT_BACK, said)


def move_module(treatment: Treatment, module_key: str, said: Reasoned, *, after: str) -> PathDecision:
    """Put a closed module right after another one, where the program lets it stand.

    Raises ValidationError as hold_module does, and with code "after" for a place that the program does not allow.
    """
    with transaction.atomic():
        locked, way = _begin(treatment, module_key, said)
        order = places_for(way.outline, way.path, module_key, way.opened).get(after)
        if order is None:
            raise ValidationError(_("The program does not let the module stand there."), code="after")
        where = _("after “%(title)s”") % {"title": way.module(after)["title"]}
        return _decide(locked, way, Kind.ORDER, module_key, order, Event.MODULE_MOVED, said, where=where)


def _begin(treatment: Treatment, module_key: str, said: Reasoned) -> tuple[Treatment, Way]:
    """The locked treatment and her way; refuses without a reason, and a module that is open or not in her program."""
    if len(said.reason.strip()) < LEAST_REASON:
        raise ValidationError(_("Say why, in a few words."), code="reason")
    locked = locked_running(treatment)
    way = way_of(locked)
    if module_key in way.opened:
        raise ValidationError(_("The module is open already, and stays as it is."), code="opened")
    if all(module["key"] != module_key for module in way.outline["modules"]):
        raise ValidationError(_("The program has no such module."), code="unknown")
    return locked, way


def _decide(
    locked: Treatment,
    way: Way,
    kind: PathDecision.Kind,
    module_key: str,
    answer: Sequence[str],
    event: TreatmentEvent.Kind,
    said: Reasoned,
    *,
    where: str = "",
) -> PathDecision:
    """Keep it, mark the treatment, tell; then what its rule lets open by itself opens."""
    key = "" if kind is Kind.ORDER else module_key
    standing = standing_decision(way, kind, key)
    if standing is not None and standing.answer == list(answer):
        return standing
    if not locked.is_replanned:
        locked.is_replanned = True
        locked.save(update_fields=["is_replanned"])
    decision = keep_decision(locked, kind, key, answer, person=said.person, at=said.at, reason=said.reason)
    words = ": ".join(part for part in (where, decision.reason) if part)
    tell_decision(decision, event, by=said.by, words=words, module_key=module_key)
    open_alone(locked, at=said.at)
    return decision
