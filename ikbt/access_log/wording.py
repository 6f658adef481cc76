"""Says a log row in plain words; decides what a patient reads about who did what with her data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from ikbt.access_log.deeds import ANY_DEED, words_for
from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry


@dataclass(frozen=True)
class Names:
    """Names for the ids of a page of rows; `staff` False keeps the names of staff to ourselves."""

    people: Mapping[UUID, str]
    units: Mapping[UUID, str]
    staff: bool = True

    def who(self, row: Entry) -> str:
        """ "Tove Berg, therapist at Vårdcentralen Alfa"; "You"; "The system"."""
        if row.actor is None:
            return _("The system") if row.role == "system" else _("Somebody who was not signed in")
        if row.actor == row.patient:
            return _("You")
        name = self.people.get(row.actor, "") if self.staff else ""
        return _joined(name or _("One of the staff"), self.role(row), self.unit(row))

    def role(self, row: Entry) -> str:
        """The role in words; empty when the log has none of ours."""
        return str(Role(row.role).label) if row.role in Role.values else ""

    def unit(self, row: Entry) -> str:
        """The unit's name; empty when none was acted for."""
        return self.units.get(row.unit, "") if row.unit else ""


def names_for(rows: list[Entry], *, staff: bool = True) -> Names:
    """Everybody and every unit that the rows name; two queries."""
    ids = {id for row in rows for id in (row.actor, row.patient) if id}
    people = Person.objects.filter(pk__in=ids).only("id", "first_name", "last_name")
    units = CareUnit.objects.filter(pk__in={row.unit for row in rows if row.unit}).only("id", "name")
    return Names({one.pk: one.name for one in people}, {one.pk: one.name for one in units}, staff=staff)


def deed(row: Entry) -> str:
    """What was done, as the end of a sentence that begins with who."""
    return _(words_for(row.action, row.object_kind) or ANY_DEED[row.action])


def _joined(name: str, role: str, unit: str) -> str:
    if role and unit:
        return _("%(name)s, %(role)s at %(unit)s,") % {"name": name, "role": role, "unit": unit}
    if role:
        return _("%(name)s, %(role)s,") % {"name": name, "role": role}
    return name
