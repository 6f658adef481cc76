"""Decides which passwords lean on the site's own words: those are what somebody tries first here."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SITE_WORDS = (
    "internetbehandling", "behandling", "behandlare", "psykiatri", "psykolog", "vårdcentral", "vardcentral",
    "lösenord", "losenord", "password", "depression", "patient", "terapi", "ångest", "angest", "region",
    "sjukhus", "ikbt", "kbt", "cbt",
)  # fmt: skip
# What must remain when those words and all digits are taken away.
OWN_CHARACTERS = 6
_WORDS = re.compile("|".join(SITE_WORDS))


class NoSiteWords:
    """Django's validator: refuses a password that is little more than words of this site and digits."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError."""
        rest = re.sub(r"[\d\W_]+", "", _WORDS.sub("", password.casefold()))
        if _WORDS.search(password.casefold()) and len(rest) < OWN_CHARACTERS:
            raise ValidationError(
                _("The password is too easy to guess: choose words that have nothing to do with this site.")
            )

    def get_help_text(self) -> str:
        """A sentence for forms."""
        return _("Choose words that have nothing to do with this site.")
