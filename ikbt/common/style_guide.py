"""Made-up content for the style guide; decides which states of each component are shown and tested."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from django import forms

from ikbt.common.graph import Band, GraphEvent, GraphPoint, ScoreGraph
from ikbt.common.navigation import NavItem

SUNDAY = datetime.date(2026, 3, 1)
MOMENT = datetime.datetime(2026, 4, 14, 9, 32, tzinfo=ZoneInfo("Europe/Stockholm"))
SEVERITIES = (
    ("Minimala", "minimal"),
    ("Milda", "mild"),
    ("Medelsvåra", "moderate"),
    ("Svåra", "severe"),
    ("Bevakas", "watch"),
    ("Hög risk", "high"),
    ("Pausad", "neutral"),
    ("Modul 3", "accent"),
)
PHQ9_BANDS = (
    Band(0, 4, "Inga eller minimala"),
    Band(5, 9, "Milda"),
    Band(10, 14, "Medelsvåra"),
    Band(15, 19, "Medelsvåra till svåra"),
    Band(20, 27, "Svåra"),
)


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Vad vill du bli kallad?", help_text="Ditt tilltalsnamn räcker.")
    day = forms.DateField(label="Dag", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    mood = forms.ChoiceField(
        label="Hur har du mått i dag?",
        choices=[("3", "Bra"), ("2", "Sådär"), ("1", "Tungt")],
        widget=forms.RadioSelect,
    )
    places = forms.MultipleChoiceField(
        label="Var var du?",
        choices=[("home", "Hemma"), ("out", "Ute"), ("work", "På arbetet")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    channel = forms.ChoiceField(label="Påminnelse", choices=[("sms", "Sms"), ("mail", "E-post")])
    text = forms.CharField(label="Skriv fritt", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    agree = forms.BooleanField(label="Jag har läst och förstått", required=False)


def weekly(values: list[float | None], **more: object) -> ScoreGraph:
    """A PHQ-9 curve with one point a week; None is a week without answers."""
    points = [
        GraphPoint(SUNDAY + datetime.timedelta(weeks=week), value, f"v. {week}" if week else "Start")
        for week, value in enumerate(values)
    ]
    return ScoreGraph(
        title="PHQ-9, nedstämdhet",
        points=points,
        minimum=0,
        maximum=27,
        bands=PHQ9_BANDS,
        cut_off=10,
        baseline=values[0] if values else None,
        reliable_change=6 if values else None,
        **more,  # type: ignore[arg-type]
    )


def samples() -> dict[str, object]:
    """Context of layouts/styleguide.html."""
    return {**_frame(), **_forms(), **_patient(), **_desk(), **_curves()}


def _frame() -> dict[str, object]:
    start = NavItem("Start", "#start", current=True)
    more = [
        NavItem("Meddelanden", "#brev", count=2),
        NavItem("Min kurva", "#kurva"),
        NavItem("Hjälp", "#hjalp"),
    ]
    return {
        "unit_name": "Björkens vårdcentral",
        "person_name": "Elin Dahl",
        "home_url": "/",
        "sign_out_url": "/logga-ut/",
        "sign_in_url": "/logga-in/",
        "nav": [start, *more],
        "desk_nav": [NavItem("Arbetslista", "#lista", current=True), NavItem("Mallar", "#mallar")],
        "crisis_numbers": [{"name": "Psykiatriska akuten", "number": "018-10 20 30", "hours": "dygnet runt"}],
    }


def _forms() -> dict[str, object]:
    faulty = SampleForm({"name": "", "mood": "", "channel": "sms"}, auto_id="faulty_%s")
    return {"form": SampleForm(), "faulty": faulty}


def _patient() -> dict[str, object]:
    here = {"title": "Veckans aktiviteter", "status": "current", "minutes": 10, "note": "Tre dagar ifyllda."}
    closed = {
        "title": "Små steg",
        "status": "locked",
        "minutes": 4,
        "note": "Öppnar när stegen ovan är klara.",
    }
    hers = {"id": 1, "sender": "Karin Lind", "mine": False, "text": "Hej Elin!\n\nBra jobbat."}
    mine = {"id": 2, "sender": "Elin", "mine": True, "text": "Tack! Det gick bra.", "state": "Läst"}
    trail = [("Start", "#"), ("Modul 2", "#"), ("Veckans aktiviteter", "")]
    return {
        "crumbs": [{"label": label, "url": url} for label, url in trail],
        "tasks": [
            {"title": "Vad är depression?", "url": "#", "status": "done", "minutes": 5},
            {**here, "url": "#"},
            {"title": "Mina mål", "url": "#", "status": "ready", "minutes": 8},
            closed,
        ],
        "messages_shown": [{**message, "sent_at": MOMENT} for message in (hers, mine)],
    }


def _desk() -> dict[str, object]:
    done = {"title": "Lämnade in modul 2", "text": "Fyra övningar", "kind": "success"}
    risk = {"title": "PHQ-9: 17 poäng", "text": "Fråga 9 besvarad med 2", "kind": "danger", "url": "#"}
    waiting = ("Omar Aziz", "Väntar på återkoppling", "watch")
    return {
        "events": [{**event, "at": MOMENT} for event in (done, risk)],
        "severities": SEVERITIES,
        "facts": [{"label": "Vecka", "value": "4 av 12"}, {"label": "Program", "value": "Depression"}],
        "risk_tags": [{"label": "Hög risk", "kind": "high"}],
        "patients": [("Elin Dahl", "Svarade 2 på fråga 9", "high"), waiting],
    }


def _curves() -> dict[str, object]:
    call = GraphEvent(SUNDAY + datetime.timedelta(weeks=3, days=2), "Telefonsamtal")
    return {
        "curve": weekly([17, 18, 15, None, 13, 11], events=[call]),
        "lone": weekly([17]),
        "long": weekly([20 - (week % 7) - week // 6 for week in range(60)]),
        "nothing": weekly([]),
        "spark": [17, 18, 15, None, 13, 11],
    }
