"""Says a log row in plain words; decides what a patient reads about who did what with her data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry

# (action, kind of object) to what comes after the name.
_DEEDS = {
    ("read", "treatment"): gettext_noop("read your treatment"),
    ("read", "module"): gettext_noop("read a module of your treatment"),
    ("read", "occasion"): gettext_noop("read a questionnaire of yours"),
    ("read", "alert"): gettext_noop("read an alert about your answers"),
    ("read", "messages"): gettext_noop("read your messages"),
    ("read", "person"): gettext_noop("read your contact details"),
    ("read", "access log"): gettext_noop("opened this log"),
    ("list", "caseload"): gettext_noop("saw you in the worklist"),
    ("list", "person"): gettext_noop("saw your name in the list of people"),
    ("list", "log review"): gettext_noop("reviewed who has opened your data"),
    ("create", "treatment"): gettext_noop("started your treatment"),
    ("create", "message"): gettext_noop("wrote a message"),
    ("create", "feedback"): gettext_noop("gave feedback on a module"),
    ("create", "answers"): gettext_noop("handed in a questionnaire"),
    ("create", "alert"): gettext_noop("raised an alert from your answers"),
    ("change", "alert"): gettext_noop("handled an alert about your answers"),
    ("change", "module"): gettext_noop("opened or changed a module"),
    ("change", "messages"): gettext_noop("marked messages as read"),
    ("change", "worksheet entry"): gettext_noop("wrote in an exercise"),
    ("change", "step"): gettext_noop("handed in a step"),
    ("change", "person"): gettext_noop("changed your contact details"),
    ("list", "care relations"): gettext_noop("saw your name in the list of who cares for whom"),
    ("list", "emergency review"): gettext_noop("saw your name among emergency accesses to look at"),
    ("read", "care relations"): gettext_noop("looked up who cares for you"),
    ("read", "emergency review"): gettext_noop("looked at an emergency access to your data"),
    ("create", "care relation"): gettext_noop("gave a colleague the right to open your data"),
    ("change", "care relation"): gettext_noop("changed or ended a colleague's right to open your data"),
    ("change", "therapist"): gettext_noop("changed who your responsible therapist is"),
    ("create", "emergency access"): gettext_noop("opened your data in an emergency"),
    ("change", "emergency access"): gettext_noop("ended an emergency access to your data"),
    ("change", "emergency review"): gettext_noop("decided whether an emergency access was justified"),
    ("create", "block"): gettext_noop("blocked your data for other units"),
    ("change", "block"): gettext_noop("lifted a block on your data"),
    ("export", "access log"): gettext_noop("took out this log as a file"),
}
_ANY_DEED = {
    "read": gettext_noop("read about you"),
    "list": gettext_noop("saw you in a list"),
    "create": gettext_noop("added something about you"),
    "change": gettext_noop("changed something about you"),
    "delete": gettext_noop("removed something about you"),
    "export": gettext_noop("took out data about you as a file"),
    "refused": gettext_noop("tried to open your data and was refused"),
}


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
    known = _DEEDS.get((row.action, row.object_kind))
    return _(known or _ANY_DEED.get(row.action, "read about you"))


def _joined(name: str, role: str, unit: str) -> str:
    if role and unit:
        return _("%(name)s, %(role)s at %(unit)s,") % {"name": name, "role": role, "unit": unit}
    if role:
        return _("%(name)s, %(role)s,") % {"name": name, "role": role}
    return name
