"""What a program's language is called on the screen, and which way it is written. Pure."""

from __future__ import annotations

from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

# Written from right to left: Arabic, Persian, Hebrew, Pashto, Sorani, Sindhi, Uyghur, Urdu, Yiddish, Dhivehi.
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ckb", "sd", "ug", "ur", "yi", "dv"})
# Spoken by patients here, and unknown to Django.
NAMES = {
    "ku": _("Kurdish"),
    "ps": _("Pashto"),
    "se": _("Northern Sami"),
    "so": _("Somali"),
    "ti": _("Tigrinya"),
}


def language_name(code: str) -> str:
    """In the reader's own language; a code that nobody knows stands as it is."""
    if code in NAMES:
        return str(NAMES[code])
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def direction_of(code: str) -> str:
    """For `dir`: "rtl" or "ltr".

    >>> direction_of("fa"), direction_of("ar-SY"), direction_of("sv")
    ('rtl', 'rtl', 'ltr')
    """
    return "rtl" if code.partition("-")[0].lower() in RIGHT_TO_LEFT else "ltr"
