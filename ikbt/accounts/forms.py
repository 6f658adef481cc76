"""Forms of sign-in, enrolment and language; decide what is asked for and how browsers help."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.accounts.recovering import CODE_DIGITS

# Django's hashers take any length; a megabyte of "password" is an attack.
PASSWORD_CHARACTERS = 128
APP_DIGITS = 6


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


class AppCodeForm(forms.Form):
    """Six digits of an app; spaces, as apps show them, are taken away."""

    code = forms.CharField(
        label=_("Six-digit code"),
        max_length=24,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "autofocus": True,
                "maxlength": "24",
            }
        ),
    )

    lengths = frozenset({APP_DIGITS})

    def clean_code(self) -> str:
        """Six digits without spaces."""
        code: str = "".join(self.cleaned_data["code"].replace("-", " ").split())
        if len(code) not in self.lengths or not (code.isascii() and code.isdecimal()):
            raise ValidationError(_("Write the six digits that the app shows."))
        return code


class CodeForm(AppCodeForm):
    """Second factor: an app's code, or one of the recovery codes, which are digits too."""

    lengths = frozenset({APP_DIGITS, CODE_DIGITS})


class PasskeyForm(forms.Form):
    """A new passkey: her name for it, and what the browser's ceremony gave."""

    name = forms.CharField(
        label=_("What do you want to call it?"),
        max_length=64,
        help_text=_("For instance: My phone."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    credential = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)


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


class BarrierForm(forms.Form):
    """What somebody could not use, and where an answer may go."""

    what = forms.CharField(
        label=_("What did not work?"),
        max_length=5000,
        help_text=_("Say which page it was. Write nothing about your health or treatment here."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    reply_to = forms.EmailField(
        label=_("Your e-mail, if you want an answer"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class NoticesForm(forms.Form):
    """Which way notices go, and the number for texts; the rules are preferring's."""

    notices_by = forms.ChoiceField(
        label=_("How do you want to get notices?"),
        help_text=_(
            "They say that there is something new, never what. What concerns your sign-in always comes by e-mail."
        ),
        widget=forms.RadioSelect,
    )
    phone = forms.CharField(
        label=_("Mobile phone"),
        required=False,
        max_length=40,
        help_text=_("Your care unit sees the number and may ring it."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = {
            Person.NoticesBy.EMAIL: _("E-mail to %(address)s") % {"address": email},
            Person.NoticesBy.SMS: _("Text message (SMS)"),
            Person.NoticesBy.NONE: _("None: I look in by myself"),
        }
        if not settings.SMS_BACKEND:
            del ways[Person.NoticesBy.SMS]
        self.fields["notices_by"].choices = list(ways.items())  # type: ignore[attr-defined]


class LanguageForm(forms.Form):
    """The language of the pages."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)


class TestElectronicIdForm(forms.Form):
    """Whom the test e-ID signs in."""

    person = forms.UUIDField()
