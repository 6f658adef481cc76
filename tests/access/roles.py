"""Who tries the doors, and what the reviewed table promises each; nothing here is read from the code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client

from ikbt.accounts import session_limits
from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.accounts.session_limits import FRESH
from ikbt.common import clock
from ikbt.treatments.models import CareRelation, Treatment
from tests.cast import Cast, give, person
from tests.therapist.unit.scene import confirm, confirmed


@dataclass(frozen=True)
class Tryer:
    """One who tries: a name, a client, and whose data is her own on either side of the desk."""

    name: str
    client: Client
    verified: bool = True
    # "anna", "pia" or "" - whose treatment she may open as a patient, or as staff with a relation.
    is_patient: str = ""
    cares_for: str = ""
    has_desk: bool = False
    has_emergency: bool = False
    audits: bool = False
    manages: bool = False
    # Whose unit she runs, as its manager or its coordinator; the matrix's managers run Anna's.
    gives_relations: str = ""
    # Whose unit she is a therapist at.
    treats_at: str = ""


def password_only(someone: Person) -> Client:
    """Signed in with the password and no second factor."""
    client = Client()
    client.force_login(someone)
    return client


def confirm_again(one: Tryer) -> Tryer:
    """Her second factor, where she has one, is given anew: on a slow machine it would not last through the matrix."""
    session = one.client.session
    if FRESH in session:
        session_limits.begin(session, at=clock.now(), staff=True)
        session.save()
        confirm(one.client)
    return one


def relate(treatment: Treatment, staff: Person, kind: str, *, ends: int | None = None) -> None:
    """A care relation that began two hours ago; `ends` in hours from now, None goes on."""
    now = clock.now()
    CareRelation.objects.create(
        treatment=treatment,
        staff=staff,
        kind=kind,
        starts_at=now - timedelta(hours=2),
        ends_at=None if ends is None else now + timedelta(hours=ends),
    )


def tryers(cast: Cast) -> list[Tryer]:
    """The nineteen of the matrix; Anna is treated by Tove at Alfa, Pia by Olle at Beta."""
    coordinator = give(person("Carin", "Ordning"), Role.COORDINATOR, cast.alfa)
    on_duty = give(person("Disa", "Jour"), Role.COORDINATOR, cast.alfa)
    relate(cast.treatment, on_duty, CareRelation.Kind.COORDINATOR)
    stand_in = give(person("Vera", "Vikarie"), Role.THERAPIST, cast.alfa)
    relate(cast.treatment, stand_in, CareRelation.Kind.STAND_IN)
    ended = give(person("Sixten", "Slutat"), Role.THERAPIST, cast.alfa)
    relate(cast.treatment, ended, CareRelation.Kind.STAND_IN, ends=-1)
    # Her relation runs on, but her role at the unit has ended.
    left = person("Greta", "Gick")
    relate(cast.treatment, left, CareRelation.Kind.STAND_IN)
    supervisor = give(person("Hans", "Handledare"), Role.SUPERVISOR, cast.alfa)
    staff: dict[str, Any] = {"has_desk": True, "has_emergency": True}
    sign = confirmed
    return [
        Tryer("anonymous", Client(), verified=False),
        Tryer("password only", password_only(cast.tove), verified=False),
        Tryer("password only patient", password_only(cast.anna), verified=False),
        Tryer("patient", sign(cast.anna), is_patient="anna"),
        Tryer("other patient", sign(cast.pia), is_patient="pia"),
        Tryer("therapist", sign(cast.tove), cares_for="anna", treats_at="anna", **staff),
        Tryer("colleague", sign(cast.kim), treats_at="anna", **staff),
        Tryer("therapist elsewhere", sign(cast.olle), cares_for="pia", treats_at="pia", **staff),
        Tryer("coordinator", sign(coordinator), gives_relations="anna", **staff),
        Tryer("coordinator on duty", sign(on_duty), cares_for="anna", gives_relations="anna", **staff),
        Tryer("stand-in", sign(stand_in), cares_for="anna", treats_at="anna", **staff),
        Tryer("ended relation", sign(ended), treats_at="anna", **staff),
        Tryer("ended role", sign(left)),
        Tryer("supervisor", sign(supervisor), has_emergency=True),
        Tryer("editor", sign(cast.editor)),
        Tryer("publisher", sign(cast.publisher)),
        Tryer("unit manager", sign(cast.manager), manages=True, gives_relations="anna"),
        Tryer("auditor", sign(cast.auditor), audits=True),
        Tryer("administrator", sign(cast.administrator)),
    ]


# What `who` in tests/access/table.json means for one who tries a thing of Anna's or Pia's. A sentence that is
# not here fails the matrix: whoever writes a new one says here what it promises.
Promise = Callable[[Tryer, str], bool]
PROMISES: dict[str, Promise] = {
    "anyone, signed in or not": lambda one, whose: True,
    "anyone; signed in only by a provider's checked reply": lambda one, whose: True,
    "anyone signed in with a second factor": lambda one, whose: one.verified,
    "the signed-in person, about herself": lambda one, whose: one.verified,
    "auditor": lambda one, whose: one.audits,
    "auditor, not about herself": lambda one, whose: one.audits,
    "unit manager, own unit's patients": lambda one, whose: one.verified and one.manages,
    "unit manager, own unit's patients, not about herself": lambda one, whose: one.verified and one.manages,
    "unit manager": lambda one, whose: one.verified and one.manages,
    "unit manager, not her own role": lambda one, whose: one.verified and one.manages,
    "unit manager of the patient's unit, not about herself": lambda one, whose: one.verified and one.manages,
    "unit manager or coordinator, groups of the own units' treatments, no patient": lambda one, whose: (
        one.verified and (one.manages or bool(one.gives_relations))
    ),
    "unit manager, of the own units' patients who agreed to research; pseudonyms, no names": lambda one, whose: (
        one.verified and one.manages
    ),
    "coordinator or unit manager, names of the unit's patients alone": lambda one, whose: (
        one.verified and bool(one.gives_relations)
    ),
    "coordinator or unit manager of the patient's unit, who cares for her alone": lambda one, whose: (
        one.verified and one.gives_relations == whose
    ),
    "coordinator or unit manager": lambda one, whose: one.verified and bool(one.gives_relations),
    "coordinator or unit manager of its unit": lambda one, whose: (
        one.verified and one.gives_relations == whose
    ),
    "coordinator or unit manager of the unit that the patient is offered to": lambda one, whose: (
        one.verified and one.gives_relations == whose
    ),
    "coordinator or unit manager, staff alone": lambda one, whose: one.verified and bool(one.gives_relations),
    "coordinator or unit manager of the unit where she is away": lambda one, whose: (
        one.verified and one.gives_relations == whose
    ),
    "coordinator, which of the unit's patients wait and in a word why": lambda one, whose: (
        one.verified and bool(one.gives_relations) and one.has_desk
    ),
    "coordinator, who enters an unknown patient of the unit": lambda one, whose: (
        one.verified and bool(one.gives_relations) and one.has_desk
    ),
    "coordinator or unit manager of the unit where she treats, names of her patients alone": lambda one, whose: (
        one.verified and one.gives_relations == whose
    ),
    # The matrix's managers run Anna's unit.
    "unit manager of that unit": lambda one, whose: one.verified and one.manages and whose == "anna",
    "who works at the desk, about herself": lambda one, whose: one.verified and one.has_desk,
    # The scene's absences are of the two responsible therapists.
    "whoever is away herself": lambda one, whose: (
        one.name in {"therapist", "therapist elsewhere"} and one.cares_for == whose
    ),
    "the patient herself": lambda one, whose: one.verified and one.is_patient == whose,
    "staff with a care relation": lambda one, whose: one.verified and one.cares_for == whose,
    "therapist of the unit that the patient is offered to": lambda one, whose: (
        one.verified and one.treats_at == whose
    ),
    "therapist of the unit that the patient is offered to, name alone": lambda one, whose: (
        one.verified and one.has_desk
    ),
    "therapist or coordinator, own patients only": lambda one, whose: one.verified and one.has_desk,
    "therapist, coordinator or supervisor, in an emergency": lambda one, whose: (
        one.verified and one.has_emergency
    ),
}
# Content and administration have tests of their own: tests/programs, tests/ikbt/accounts.
ELSEWHERE = frozenset(
    {
        "an administrator",
        "an editor, publisher or administrator",
        "a publisher of the unit that owns the program",
        "who writes, reviews or publishes programs at the unit that owns it",
        "an editor or reviewer of the unit on whose shelf the picture or recording lies",
        "an editor or reviewer of the unit on whose shelf the recording lies",
        # tests/ikbt/catalogue/test_screens.py
        "staff with a role at a unit",
        "unit manager, for units of her own",
        "editor or publisher, to units of her own",
        "publisher of the unit that owns the program",
        # tests/programs/test_adopting.py, test_crawl.py, package/test_screens.py, test_authoring.py
        "an editor or publisher of the unit that owns the program",
        "an editor or publisher, for units of her own",
        "anyone signed in with a second factor who may come to the editor's pages",
        # tests/measurements/test_instrument_pages.py
        "an editor or publisher of some unit",
        "an editor or publisher of the unit whose instruments they are",
        "a publisher of the unit whose instruments they are",
    }
)
