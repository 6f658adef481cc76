"""The patient's log as a file: complete, in CSV or JSON; decides its columns."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import StringIO
from itertools import islice
from uuid import UUID

from django.utils.translation import gettext as _

from ikbt.access_log.own_log import about, staff_names
from ikbt.access_log.wording import deed, names_for
from ikbt.audit.models import Entry
from ikbt.common import clock

BATCH = 500
# A spreadsheet takes a cell that begins like this for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}


def written(patient: UUID, form: str) -> str:
    """The whole log, her own visits too, the latest first. `form` is "csv" or "json"; KeyError for others."""
    write = {"csv": _csv, "json": _json}[form]
    return write(list(_told(patient)))


def _told(patient: UUID) -> Iterator[dict[str, str]]:
    rows = about(patient).order_by("-at", "-id").iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        yield from _batch(batch)


def _batch(rows: list[Entry]) -> Iterator[dict[str, str]]:
    names = names_for(rows, staff=staff_names())
    for row in rows:
        yield {
            _("Time"): row.at.astimezone(clock.STOCKHOLM).isoformat(timespec="seconds"),
            _("Who"): names.who(row).rstrip(","),
            _("Role"): names.role(row),
            _("Unit"): names.unit(row),
            _("What"): deed(row),
            _("Allowed"): _("yes") if row.granted else _("no"),
        }


def _json(rows: list[dict[str, str]]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=1)


def _csv(rows: list[dict[str, str]]) -> str:
    """With a byte order mark and semicolons, as Swedish spreadsheets read it."""
    out = StringIO()
    out.write("\ufeff")
    columns = [_("Time"), _("Who"), _("Role"), _("Unit"), _("What"), _("Allowed")]
    writer = csv.DictWriter(out, columns, delimiter=";")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value
