"""Forms of Django's admin: decide what an administrator may enter about a person and a role."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ikbt.accounts import granting
from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.audit.recording import Actor
from ikbt.common import clock, phone_number
from ikbt.common.fields import blind_indexes
from ikbt.common.personal_identity import NotAPersonalNumber, parse


class PersonForm(forms.ModelForm[Person]):
    """A person's account; the personal number is entered once and never shown in full again."""

    number = forms.CharField(
        label=_("Personal number"),
        required=False,
        max_length=20,
        help_text=_("YYYYMMDD-NNNN; left empty if unknown."),
    )

    class Meta:
        model = Person
        fields: ClassVar[list[str]] = [
            "email",
            "first_name",
            "last_name",
            "title",
            "phone",
            "sex",
            "language",
            "protected_identity",
            "notices_by",
            "is_active",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            del self.fields["number"]

    def clean_email(self) -> str:
        """One person an address, whatever the case it is written in."""
        email: str = self.cleaned_data["email"]
        if Person.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another person has this e-mail address."))
        return email

    def clean_phone(self) -> str:
        """In E.164; a number that she already had may stay as it was written."""
        text: str = self.cleaned_data["phone"]
        if not text or text == self.instance.phone:
            return text
        try:
            return phone_number.parse(text)
        except phone_number.NotAPhoneNumber as wrong:
            raise ValidationError(_("This is not a phone number.")) from wrong

    def clean_number(self) -> str:
        """A valid number that nobody else has."""
        text: str = self.cleaned_data["number"]
        if not text:
            return ""
        try:
            number = parse(text, today=clock.today())
        except NotAPersonalNumber as wrong:
            raise ValidationError(_("This is not a personal number or coordination number.")) from wrong
        if Person.objects.filter(number_index__in=blind_indexes(number.digits)).exists():
            raise ValidationError(_("Another person has this personal number."))
        return number.digits


class RoleForm(forms.ModelForm[RoleAssignment]):
    """A role to give; what granting would refuse is said in the form."""

    by: ClassVar[Actor]

    class Meta:
        model = RoleAssignment
        fields: ClassVar[list[str]] = ["person", "role", "unit"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Auditors and administrators have none; which roles need one is granting's to say.
        if "unit" in self.fields:
            self.fields["unit"].required = False

    def clean(self) -> dict[str, Any]:
        """Ask the rule itself."""
        cleaned = super().clean() or {}
        if "person" in cleaned and "role" in cleaned:
            why = granting.refusal(
                Role(cleaned["role"]), cleaned["person"], cleaned.get("unit"), by=self.by, at=clock.now()
            )
            if why:
                raise ValidationError(str(why))
        return cleaned
