"""Keeps how a person wants the pages to behave, and which way notices reach her."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.phone_number import NotAPhoneNumber, parse, takes_texts, texting_number


def show_presence(person: Person, *, wanted: bool, by: Actor) -> None:
    """Let both sides of her open conversation see who is there and writes, or stop it; a repeat changes nothing."""
    with transaction.atomic():
        locked = Person.objects.select_for_update().only("shows_presence").get(pk=person.pk)
        if locked.shows_presence == wanted:
            return
        Person.objects.filter(pk=person.pk).update(shows_presence=wanted)
        record(
            Entry.Action.CHANGE,
            by=by,
            kind="person",
            object_id=person.pk,
            patient=person.pk,
            reason="presence",
        )
    person.shows_presence = wanted


def use_single_keys(person: Person, *, wanted: bool, by: Actor) -> None:
    """Turn her shortcuts of one key on or off; the same again changes nothing."""
    with transaction.atomic():
        locked = Person.objects.select_for_update().only("single_keys").get(pk=person.pk)
        if locked.single_keys == wanted:
            return
        Person.objects.filter(pk=person.pk).update(single_keys=wanted)
        record(Entry.Action.CHANGE, by=by, kind="person", object_id=person.pk, reason="shortcuts")
    person.single_keys = wanted


def notices_go_by(person: Person) -> Person.NoticesBy:
    """As she chose; by e-mail where no texts are sent, or none can reach her number."""
    chosen = Person.NoticesBy(person.notices_by)
    can_get = settings.SMS_BACKEND and texting_number(person.phone)
    return Person.NoticesBy.EMAIL if chosen == Person.NoticesBy.SMS and not can_get else chosen


def choose_notices(person: Person, *, notices_by: str, phone: str, by: Actor) -> None:
    """Keep which way she wants her notices, and her number in E.164; the same again changes nothing.

    Raises ValidationError, by field, for a number that is none or takes no texts, and for texts where none are sent.
    """
    if notices_by == Person.NoticesBy.SMS and not settings.SMS_BACKEND:
        raise ValidationError({"notices_by": _("No text messages are sent from here.")})
    number = _checked(phone, takes=notices_by == Person.NoticesBy.SMS)
    with transaction.atomic():
        locked = Person.objects.select_for_update().only("notices_by", "phone").get(pk=person.pk)
        if locked.phone and not number:
            # Staff ring it when they must reach her: it goes away where somebody asks why.
            raise ValidationError({"phone": _("Ask your care unit if you want the number taken away.")})
        if (locked.notices_by, locked.phone) == (notices_by, number):
            return
        Person.objects.filter(pk=person.pk).update(notices_by=notices_by, phone=number)
        record(Entry.Action.CHANGE, by=by, kind="person", object_id=person.pk, reason="notices")
    person.notices_by, person.phone = notices_by, number


def _checked(phone: str, *, takes: bool) -> str:
    """In E.164, or empty where no texts are wanted."""
    if not phone.strip():
        if takes:
            raise ValidationError({"phone": _("Write the number that the messages are to go to.")})
        return ""
    try:
        number = parse(phone)
    except NotAPhoneNumber as wrong:
        raise ValidationError(
            {"phone": _("Write the number with its area code, as 070-174 06 05 or +46 70 174 06 05.")}
        ) from wrong
    if takes and not takes_texts(number):
        raise ValidationError({"phone": _("Text messages only reach a mobile phone. Write such a number.")})
    return number
