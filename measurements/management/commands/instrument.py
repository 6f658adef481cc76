"""manage.py instrument list|export|import|check: instruments as a unit has them, and its own wording from a file."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ikbt.accounts.models import CareUnit, Person
from ikbt.common import clock
from measurements.fhir.writing import as_text, questionnaire
from measurements.importing import (
    MOST_BYTES,
    Checked,
    Licence,
    check_wording,
    import_wording,
    read_file,
)
from measurements.incoming import Refused
from measurements.instrument import Instrument
from measurements.registry import UnknownInstrumentError, instrument, shipped, shipped_data
from measurements.unit_instruments import definitions_of, instruments_of
from measurements.wording import standing_note

INVALID = 2


class Command(BaseCommand):
    """Says in one sentence what it did or why it refused; refusal has exit code 2 and stores nothing."""

    help = "List, export and check instruments; import a unit's own wording of one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """An action and what it takes."""
        actions = parser.add_subparsers(dest="action", required=True)
        listing = actions.add_parser("list", help="all instruments with languages and licence")
        export = actions.add_parser("export", help="print an instrument as a file")
        export.add_argument("instrument", help="such as phq-9")
        export.add_argument("--fhir", action="store_true", help="as a FHIR R4 Questionnaire")
        check = actions.add_parser(
            "check", help="say whether a file's wording can be imported; store nothing"
        )
        bring = actions.add_parser("import", help="store a file's wording as a unit's own")
        for one in (check, bring):
            one.add_argument("file", type=Path, help="a FHIR Questionnaire or a definition of ours")
            one.add_argument("--instrument", default="", help="which it is; else as the file says")
            one.add_argument("--language", default="sv")
        for one in (listing, export):
            one.add_argument("--unit", default="", help="as the care unit with this slug has them")
        bring.add_argument("--unit", required=True, help="the care unit's slug")
        bring.add_argument("--holder", required=True, help="who holds the text")
        bring.add_argument("--licence", required=True, help="on what terms the unit may use it")
        bring.add_argument("--verified", action="store_true", help="compared with the holder's form")
        bring.add_argument("--valid-from", type=date.fromisoformat, default=None, help="a date; else today")
        bring.add_argument("--by", default="", help="e-mail of the one who imports")

    def handle(self, *args: Any, **options: Any) -> None:
        """Does the action; a refusal is one sentence on standard error."""
        actions = {
            "list": self._list,
            "export": self._export,
            "check": self._check,
            "import": self._import,
        }
        try:
            actions[options["action"]](options)
        except (Refused, UnknownInstrumentError) as refused:
            raise CommandError(str(refused), returncode=INVALID) from refused

    def _list(self, options: Mapping[str, Any]) -> None:
        unit = options["unit"]
        known = instruments_of(_unit(unit), on=clock.today()) if unit else shipped()
        for one in known.values():
            languages = ", ".join(_language(one, language) for language in one.languages) or "-"
            self.stdout.write(f"{one.id:<9} {one.version:<16} {one.bundle:<13} {languages}")

    def _export(self, options: Mapping[str, Any]) -> None:
        slug, unit = options["instrument"], options["unit"]
        known = instrument(slug)
        data: Mapping[str, Any] = (
            definitions_of(_unit(unit), [slug], on=clock.today())[known.id] if unit else shipped_data()[slug]
        )
        self.stdout.write(
            as_text(questionnaire(data))
            if options["fhir"]
            else json.dumps(data, ensure_ascii=False, indent=1)
        )

    def _check(self, options: Mapping[str, Any]) -> None:
        self._say(_checked(options))

    def _import(self, options: Mapping[str, Any]) -> None:
        unit, by = _unit(options["unit"]), _person(options["by"])
        checked = _checked(options)
        licence = Licence(options["holder"], options["licence"], verified=options["verified"])
        row = import_wording(
            checked,
            unit=unit,
            licence=licence,
            valid_from=options["valid_from"] or clock.today(),
            by=by,
            at=clock.now(),
        )
        self._say(checked)
        said = _("Stored for %(unit)s, in use from %(day)s.") % {"unit": unit.name, "day": row.valid_from}
        self.stdout.write(said)

    def _say(self, checked: Checked) -> None:
        said = _("%(instrument)s in “%(language)s”: %(count)d questions, all as they must be.")
        counts = {
            "instrument": checked.instrument.short,
            "language": checked.wording.language,
            "count": len(checked.wording.items),
        }
        self.stdout.write(said % counts)
        if checked.left_out:
            self.stdout.write(_("Left out: %(places)s.") % {"places": ", ".join(checked.left_out)})


def _language(one: Instrument, language: str) -> str:
    note = standing_note(one, language)
    return f"{language} ({note})" if note else language


def _checked(options: Mapping[str, Any]) -> Checked:
    path: Path = options["file"]
    if not path.is_file():
        raise Refused("", _("There is no file %(path)s.") % {"path": path})
    with path.open("rb") as opened:
        content = opened.read(MOST_BYTES + 1)
    return check_wording(read_file(content), slug=options["instrument"], language=options["language"])


def _unit(slug: str) -> CareUnit:
    found = CareUnit.objects.filter(slug=slug).first()
    if found is None:
        raise Refused("--unit", _("There is no care unit “%(slug)s”.") % {"slug": slug})
    return found


def _person(email: str) -> Person | None:
    if not email:
        return None
    found = Person.objects.filter(email__iexact=email).first()
    if found is None:
        raise Refused("--by", _("There is nobody with the e-mail “%(email)s”.") % {"email": email})
    return found
