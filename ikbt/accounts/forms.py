"""Forms of sign-in, enrolment and language; decide what is asked for and how browsers help."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person

# Django's hashers take any length; a megabyte of "password" is an attack.
PASSWORD_CHARACTERS = 128


class SignInForm(forms.Form):
    """First factor."""

    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=PASSWORD_CHARACTERS,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """Second factor: six digits; spaces, as apps show them, are taken away."""

    code = forms.CharField(
        label=_("Six-digit code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "autofocus": True,
                "maxlength": "7",
            }
        ),
    )

    def clean_code(self) -> str:
        """Six digits without spaces."""
        code: str = "".join(self.cleaned_data["code"].split())
        if len(code) != 6 or not (code.isascii() and code.isdecimal()):
            raise ValidationError(_("Write the six digits that the app shows."))
        return code


class NewPasswordForm(forms.Form):
    """A password of one's own choice, twice."""

    password = forms.CharField(
        label=_("Choose a password"),
        max_length=PASSWORD_CHARACTERS,
        strip=False,
        help_text=_("At least 12 characters. A few words in a row are good and easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The same password once more"),
        max_length=PASSWORD_CHARACTERS,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        """Long, uncommon and unlike the person's own data."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        cleaned = super().clean() or {}
        if "password" in cleaned and "again" in cleaned and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("The two passwords differ."))
        return cleaned


class LanguageForm(forms.Form):
    """The language of the pages."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)


class TestElectronicIdForm(forms.Form):
    """Whom the test e-ID signs in."""

    person = forms.UUIDField()
