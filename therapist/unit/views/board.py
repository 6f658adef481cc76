"""The unit's board, and the same as a file."""

from __future__ import annotations

import io

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ikbt.accounts.access import AtUnits
from ikbt.accounts.models import CareUnit
from ikbt.audit.models import Entry
from ikbt.audit.recording import record
from ikbt.common import clock
from measurements.outcomes.sheets import Sheet, Variable, write_csv
from therapist.unit.access import UNIT_BOARD
from therapist.unit.board import PERIODS, Board, read_board
from therapist.unit.frame import unit_frame

KIND = "unit board"


@UNIT_BOARD("GET")
def board(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """One unit's, for a period."""
    units = list(CareUnit.objects.filter(pk__in=desk.units))
    shown = _chosen(request, units)
    context = {**unit_frame(request, desk), "board": shown, "units": units, "periods": PERIODS}
    return render(request, "therapist/unit/board.html", context)


@UNIT_BOARD("GET")
def board_file(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """The same as CSV, with nothing in it that the page does not show."""
    shown = _chosen(request, list(CareUnit.objects.filter(pk__in=desk.units)))
    record(Entry.Action.EXPORT, by=desk.actor, kind=KIND, object_id=shown.unit.pk)
    text = io.StringIO()
    write_csv(_sheet(shown), text)
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="tavla-{clock.today():%Y-%m-%d}.csv"'
    return response


def _chosen(request: HttpRequest, units: list[CareUnit]) -> Board:
    asked, weeks = request.GET.get("enhet", ""), request.GET.get("veckor", "")
    unit = next((one for one in units if str(one.pk) == asked), None) if asked else units[0]
    if unit is None:
        raise Http404
    chosen = int(weeks) if weeks in map(str, PERIODS) else PERIODS[1]
    return read_board(unit, weeks=chosen, at=clock.now())


def _sheet(board: Board) -> Sheet:
    hidden = _("too few to be shown")
    lines = [(one.name, one.value or hidden, one.of or "") for one in (*board.now, *board.period)]
    for bar in board.bars:
        name = _("Modules handed in, week from %(day)s") % {"day": bar.week.isoformat()}
        lines.append((name, hidden if bar.number is None else str(bar.number), ""))
    variables = (
        Variable("figure", "What is counted", "text"),
        Variable("value", "How much; hidden where it is of few", "text"),
        Variable("of", "Of how many; empty where of none, or few", "number"),
    )
    return Sheet("board", variables, lines)
