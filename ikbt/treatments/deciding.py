"""What is decided about a patient's own path: offers taken or not, choices made, subtypes opened."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

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
from ikbt.treatments.paths import ACCEPTED, DECLINED, Way, way_of
from ikbt.treatments.reading import outline_of
from ikbt.treatments.releasing import open_module, what_is_missing
from ikbt.treatments.rule_words import fired_in_words
from ikbt.treatments.unlocking import NOT_BY_OFFER
from programs.tailoring.path import Offered

Group = Mapping[str, Any]
ANSWERED = {True: TreatmentEvent.Kind.OFFER_ACCEPTED, False: TreatmentEvent.Kind.OFFER_DECLINED}


def answer_offer(
    treatment: Treatment, name: str, *, accept: bool, person: Person, reason: str, by: Actor, at: datetime
) -> PathDecision:
    """Take an offer, decline it, or take back that it was taken; a repeat changes nothing. The rule that fired is kept
    with its numbers.

    1. The patient answers what is offered to her; a therapist answers all, and says why she declines.
    2. Taken, "early" opens the module now. An offer lifts the order, never safety: with an alert or too many modules
       open the patient is refused, and the therapist says why.
    3. What was skipped or replaced comes back into her path when it is declined, as long as nothing of it is open.
    Raises ValidationError, code "reason" where one is needed.
    """
    with transaction.atomic():
        locked = locked_running(treatment)
        way = way_of(locked)
        standing = standing_decision(way, PathDecision.Kind.OFFER, name)
        answer = [ACCEPTED if accept else DECLINED]
        if standing is not None and standing.answer == answer:
            return standing
        offered = _offered(way, name)
        is_hers = person.pk == locked.patient_id
        _guard_offer(offered, accept=accept, is_hers=is_hers, reason=reason)
        fired = fired_in_words(offered.offer, way.known, way.outline)
        decision = keep_decision(
            locked, PathDecision.Kind.OFFER, name, answer, person=person, at=at, fired=fired, reason=reason
        )
        tell_decision(
            decision, ANSWERED[accept], by=by, words=_why(decision), module_key=offered.module["key"]
        )
        if accept:
            _carry_out(locked, offered, decision, is_hers=is_hers, by=by, at=at)
    return decision


def choose(
    treatment: Treatment, group_key: str, options: Sequence[str], *, patient: Person, by: Actor, at: datetime
) -> PathDecision:
    """Keep what the patient has chosen; she may change it until it is handed in, and nothing she wrote is lost.

    Raises ValidationError when the choice is over, or too few or too many are chosen.
    """
    with transaction.atomic():
        locked = locked_running(treatment)
        way = way_of(locked)
        group, module_key = _group(way, group_key)
        wanted = [option["key"] for option in group["options"] if option["key"] in options]
        _guard_choice(way, group, module_key, wanted, options)
        standing = standing_decision(way, PathDecision.Kind.CHOICE, group_key)
        if standing is not None and standing.answer == wanted:
            return standing
        decision = keep_decision(locked, PathDecision.Kind.CHOICE, group_key, wanted, person=patient, at=at)
        titles = [option["title"] for option in group["options"] if option["key"] in wanted]
        tell_decision(
            decision, TreatmentEvent.Kind.CHOSEN, by=by, words=", ".join(titles), module_key=module_key
        )
        if not module_key:
            _open_in_exchange(locked, way, set(_modules_of(group, wanted)), patient=patient, by=by, at=at)
    return decision


def open_subtypes(
    treatment: Treatment, subtypes: Sequence[str], *, staff: Person, by: Actor, at: datetime
) -> PathDecision:
    """Say which of the program's subtypes are hers: their steps open, those of others close, work in them stays."""
    with transaction.atomic():
        locked = locked_running(treatment)
        declared = {one["key"]: one["title"] for one in outline_of(locked).get("subtypes", ())}
        if set(subtypes) - set(declared):
            raise ValidationError(_("The program has no such subtype."))
        wanted = [key for key in declared if key in subtypes]
        standing = PathDecision.objects.filter(treatment=locked, kind=PathDecision.Kind.SUBTYPES).first()
        if standing is not None and standing.answer == wanted:
            return standing
        decision = keep_decision(locked, PathDecision.Kind.SUBTYPES, "", wanted, person=staff, at=at)
        words = ", ".join(declared[key] for key in wanted)
        tell_decision(decision, TreatmentEvent.Kind.SUBTYPES_OPENED, by=by, words=words)
    return decision


def _offered(way: Way, name: str) -> Offered:
    found = next((one for one in (*way.offers, *way.taken) if one.name == name), None)
    if found is None:
        raise ValidationError(_("This is no longer offered: something has changed since."))
    return found


def _why(decision: PathDecision) -> str:
    """The rule that fired, and what was written."""
    return "; ".join([*decision.fired, *([decision.reason] if decision.reason else [])])


def _guard_offer(offered: Offered, *, accept: bool, is_hers: bool, reason: str) -> None:
    if is_hers and offered.offer["who"] != "patient":
        raise ValidationError(_("Your therapist decides about this."))
    if not is_hers and not accept and len(reason.strip()) < LEAST_REASON:
        raise ValidationError(_("Say why it is declined."), code="reason")


def _carry_out(
    treatment: Treatment, offered: Offered, decision: PathDecision, *, is_hers: bool, by: Actor, at: datetime
) -> None:
    if offered.offer["does"] != "early":
        open_alone(treatment, at=at)
        return
    key: str = offered.module["key"]
    missing = what_is_missing(treatment, at=at, module_key=key, alone=is_hers)
    blocked = any(one.kind in NOT_BY_OFFER for one in missing)
    if blocked and is_hers:
        raise ValidationError(_("It can't open just now. Your therapist has to look at it with you first."))
    if blocked and len(decision.reason.strip()) < LEAST_REASON:
        raise ValidationError(_("Say why the module is opened ahead of its rule."), code="reason")
    open_module(treatment, key, opened_by=decision.decided_by, reason=_why(decision), by=by, at=at)


def _group(way: Way, key: str) -> tuple[Group, str]:
    """A choice group and the module it stands in; "" among the program's modules."""
    for part in (way.outline, *way.outline["modules"]):
        for group in part.get("choices", ()):
            if group["key"] == key:
                return group, part["key"] if part is not way.outline else ""
    raise ValidationError(_("There is no such choice."))


def _guard_choice(
    way: Way, group: Group, module_key: str, wanted: Sequence[str], options: Sequence[str]
) -> None:
    if module_key and module_key not in way.opened:
        raise ValidationError(_("There is no such choice."))
    chosen = way.decided.chosen.get(group["key"], ())
    involved = {module_key} if module_key else set(_modules_of(group, chosen))
    if involved & way.handed_in:
        raise ValidationError(_("You have handed in what you chose: the choice stays as it is."))
    if len(wanted) != len(set(options)) or not group["least"] <= len(wanted) <= group["most"]:
        words = _("Choose at least %(least)d and at most %(most)d.")
        raise ValidationError(words % {"least": group["least"], "most": group["most"]}, code="choice")


def _modules_of(group: Group, chosen: Sequence[str]) -> Iterator[str]:
    for option in group["options"]:
        if option["key"] in chosen:
            yield from option["modules"]


def _open_in_exchange(
    treatment: Treatment, before: Way, chosen: Collection[str], *, patient: Person, by: Actor, at: datetime
) -> None:
    """What she chose away was open: what she chose instead opens, unless something serious speaks against it.

    Nothing but what she chose: back to one that is open already must not open the module behind it.
    """
    after = way_of(treatment)
    left = {one["key"] for one in after.beside} - {one["key"] for one in before.beside}
    following = after.next_module
    if left - after.handed_in and following is not None and following["key"] in chosen:
        missing = what_is_missing(treatment, at=at, way=after, alone=True)
        if not any(one.kind in NOT_BY_OFFER for one in missing):
            why = str(_("The patient changed the choice."))
            open_module(treatment, following["key"], opened_by=patient, reason=why, by=by, at=at)
    open_alone(treatment, at=at)
