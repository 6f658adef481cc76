"""Made-up content for the style guide; decides which states of each component are shown and tested."""

from __future__ import annotations

import datetime

from django import forms
from django.utils import timezone

from ikbt.common.graph import Band, GraphEvent, GraphPoint, ScoreGraph
from ikbt.common.navigation import NavItem

SUNDAY = datetime.date(2026, 3, 1)
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
    now = timezone.make_aware(datetime.datetime(2026, 4, 14, 9, 32))  # noqa: DTZ001 - made aware at once
    call = GraphEvent(SUNDAY + datetime.timedelta(weeks=3, days=2), "Telefonsamtal")
    return {
        "unit_name": "Björkens vårdcentral",
        "person_name": "Elin Dahl",
        "home_url": "/",
        "sign_out_url": "/logga-ut/",
        "sign_in_url": "/logga-in/",
        "nav": [
            NavItem("Start", "#start", current=True),
            NavItem("Meddelanden", "#meddelanden", count=2),
            NavItem("Min kurva", "#kurva"),
            NavItem("Hjälp", "#hjalp"),
        ],
        "desk_nav": [NavItem("Arbetslista", "#lista", current=True), NavItem("Mallar", "#mallar")],
        "crisis_numbers": [
            {"name": "Björkens vårdcentral", "number": "018-10 20 30", "hours": "vardagar 8–16"},
        ],
        "form": SampleForm(),
        "faulty": SampleForm({"name": "", "mood": "", "channel": "sms"}, auto_id="faulty_%s"),
        "crumbs": [
            {"label": "Start", "url": "#"},
            {"label": "Modul 2", "url": "#"},
            {"label": "Veckans aktiviteter"},
        ],
        "tasks": _tasks(),
        "messages_shown": [
            {
                "id": 1,
                "sender": "Karin Lind",
                "mine": False,
                "sent_at": now,
                "text": "Hej Elin!\n\nBra jobbat.",
            },
            {
                "id": 2,
                "sender": "Elin",
                "mine": True,
                "sent_at": now,
                "text": "Tack! Det gick bra.",
                "state": "Läst",
            },
        ],
        "events": [
            {"at": now, "title": "Lämnade in modul 2", "text": "Fyra övningar", "kind": "success"},
            {
                "at": now,
                "title": "PHQ-9: 17 poäng",
                "text": "Fråga 9 besvarad med 2",
                "kind": "danger",
                "url": "#",
            },
        ],
        "severities": [
            ("Minimala", "minimal"),
            ("Milda", "mild"),
            ("Medelsvåra", "moderate"),
            ("Svåra", "severe"),
            ("Bevakas", "watch"),
            ("Hög risk", "high"),
            ("Pausad", "neutral"),
            ("Modul 3", "accent"),
        ],
        "facts": [{"label": "Vecka", "value": "4 av 12"}, {"label": "Program", "value": "Depression"}],
        "risk_tags": [{"label": "Hög risk", "kind": "high"}],
        "curve": weekly([17, 18, 15, None, 13, 11], events=[call]),
        "lone": weekly([17]),
        "long": weekly([20 - (week % 7) - week // 6 for week in range(60)]),
        "nothing": weekly([]),
        "spark": [17, 18, 15, None, 13, 11],
        "patients": [
            ("Elin Dahl", "Svarade 2 på fråga 9", "high"),
            ("Omar Aziz", "Väntar på återkoppling", "watch"),
        ],
        "now": now,
    }


def _tasks() -> list[dict[str, object]]:
    return [
        {"title": "Vad är depression?", "url": "#", "status": "done", "minutes": 5},
        {
            "title": "Veckans aktiviteter",
            "url": "#",
            "status": "current",
            "minutes": 10,
            "note": "Tre dagar ifyllda.",
        },
        {"title": "Mina mål", "url": "#", "status": "ready", "minutes": 8},
        {
            "title": "Små steg",
            "status": "locked",
            "minutes": 4,
            "note": "Öppnar när du lämnat in stegen ovanför.",
        },
    ]
