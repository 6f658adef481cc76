"""The doors to a unit's instruments in the editors' admin: those who write for the unit, those who sign for it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from rules.predicates import Predicate

from ikbt.accounts.access import oneself
from ikbt.accounts.models import CareUnit, Person, RoleAssignment
from ikbt.accounts.roles import Act
from ikbt.accounts.rules import has_second_factor
from ikbt.common import clock
from ikbt.common.doors import CONTENT, Door
from measurements.instrument import Instrument
from measurements.registry import shipped
from measurements.unit_instruments import instruments_of


@dataclass(frozen=True)
class AtUnit:
    """One unit's instruments, by slug, as they are today; `units` are all that she writes for."""

    person: Person
    unit: CareUnit
    units: list[CareUnit]
    instruments: dict[str, Instrument]


@dataclass(frozen=True)
class OneAtUnit:
    """One instrument as the unit has it today."""

    person: Person
    unit: CareUnit
    instrument: Instrument
    may_sign: bool


def units_of(person: Person, act: Act = Act.EDIT_PROGRAMS) -> list[CareUnit]:
    """The units where a role that she holds now lets her do this."""
    held = RoleAssignment.objects.running(clock.now()).of(person).that_may(act)
    return list(CareUnit.objects.filter(pk__in=held.exclude(unit=None).values("unit")).order_by("name"))


writes_for_unit = Predicate(lambda visitor, unit: unit in units_of(visitor), "writes_for_unit")
signs_for_unit = Predicate(
    lambda visitor, unit: unit in units_of(visitor, Act.PUBLISH_PROGRAMS), "signs_for_unit"
)


def _own_unit(request: HttpRequest) -> CareUnit:
    units = units_of(oneself(request))
    if not units:
        raise Http404
    return units[0]


def _unit(request: HttpRequest, unit: str, rule: Predicate) -> tuple[Person, CareUnit]:
    person, found = oneself(request), CareUnit.objects.filter(slug=unit).first()
    # A unit where she has no role looks like one that isn't there.
    if found is None or not rule.test(person, found):
        raise Http404
    return person, found


def _at_unit(request: HttpRequest, unit: str) -> AtUnit:
    person, found = _unit(request, unit, writes_for_unit)
    return AtUnit(person, found, units_of(person), instruments_of(found, on=clock.today()))


def _one(request: HttpRequest, unit: str, slug: str, rule: Predicate) -> OneAtUnit:
    person, found = _unit(request, unit, rule)
    if slug not in shipped():
        raise Http404
    instrument = instruments_of(found, on=clock.today())[slug]
    return OneAtUnit(person, found, instrument, may_sign=signs_for_unit.test(person, found))


def _to_read(request: HttpRequest, unit: str, slug: str) -> OneAtUnit:
    return _one(request, unit, slug, writes_for_unit)


def _to_sign(request: HttpRequest, unit: str, slug: str) -> OneAtUnit:
    return _one(request, unit, slug, signs_for_unit)


OWN_UNIT: Door[CareUnit] = Door(
    name="own unit",
    data=CONTENT,
    who="an editor or publisher of some unit",
    opens=_own_unit,
    rule=has_second_factor,
)
UNIT_INSTRUMENTS: Door[AtUnit] = Door(
    name="a unit's instruments",
    data=CONTENT,
    who="an editor or publisher of the unit whose instruments they are",
    opens=_at_unit,
    takes=("unit",),
    rule=has_second_factor & writes_for_unit,
)
UNIT_INSTRUMENT: Door[OneAtUnit] = Door(
    name="a unit's instrument",
    data=CONTENT,
    who="an editor or publisher of the unit whose instruments they are",
    opens=_to_read,
    takes=("unit", "slug"),
    rule=has_second_factor & writes_for_unit,
)
SIGN_NUMBERS: Door[OneAtUnit] = Door(
    name="sign an instrument's numbers",
    data=CONTENT,
    who="a publisher of the unit whose instruments they are",
    opens=_to_sign,
    takes=("unit", "slug"),
    rule=has_second_factor & signs_for_unit,
)
