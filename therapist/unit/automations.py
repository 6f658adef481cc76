"""What a manager reads of automatic acts: each rule and its state, who switched what, what was done; no patient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ikbt.accounts.access import AtUnits
from ikbt.accounts.models import CareUnit
from ikbt.outbox.models import Notice
from ikbt.treatments.automatic_rules import RULES, TABLE, Rule, switchable
from ikbt.treatments.models import AutomaticAct, AutomationSwitch
from ikbt.treatments.switching import Switches
from ikbt.treatments.thresholds import Thresholds, thresholds_of
from therapist.forms import RuleForm

NEWEST, CHANGES = 50, 10
ALL = "all"


@dataclass(frozen=True)
class RuleRow:
    """One rule at one unit."""

    what: str
    when: str
    version: int
    state: str
    colour: str


@dataclass(frozen=True)
class UnitRules:
    """One unit's rules."""

    name: str
    rows: list[RuleRow]


@dataclass(frozen=True)
class Done:
    """One act: when, which rule in which version, what became of it."""

    at: datetime
    what: str
    version: int
    became: str


@dataclass(frozen=True)
class Change:
    """One time that somebody used the switch."""

    at: datetime
    who: str
    what: str
    where: str
    reason: str


@dataclass(frozen=True)
class AutomationsPage:
    """What templates/therapist/unit/automations.html shows."""

    units: list[UnitRules]
    changes: list[Change]
    done: list[Done]


class SwitchForm(RuleForm):
    """Switches a rule, or all of them, off or on at a unit."""

    fields_of = {"rule": "rule", "reason": "reason"}

    unit = forms.ModelChoiceField(CareUnit.objects.none(), label=gettext_lazy("Unit"), empty_label=None)
    rule = forms.ChoiceField(label=gettext_lazy("Rule"))
    turn = forms.ChoiceField(
        label=gettext_lazy("Switch it"),
        choices=[("off", gettext_lazy("Off")), ("on", gettext_lazy("On"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Is logged and shown on this page. Nothing about a patient."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
    )

    def __init__(self, *args: Any, desk: AtUnits, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        unit.queryset = CareUnit.objects.filter(pk__in=desk.units).order_by("name")  # type: ignore[attr-defined]
        if len(desk.units) == 1:
            unit.widget, unit.initial = forms.HiddenInput(), desk.units[0]
        rules = [(rule.key, str(rule.what)) for rule in switchable()]
        # Nothing is chosen beforehand: a hasty press must not silence every reminder of a unit.
        choices = [("", _("Choose")), *rules, (ALL, _("All at once"))]
        self.fields["rule"].choices = choices  # type: ignore[attr-defined]


def read_automations(desk: AtUnits) -> AutomationsPage:
    """The units that she manages; the number of queries doesn't grow with what was done."""
    units = CareUnit.objects.filter(pk__in=desk.units).order_by("name")
    switches = Switches()
    shown = [UnitRules(unit.name, [_row(rule, unit, switches) for rule in TABLE]) for unit in units]
    return AutomationsPage(shown, _changes(desk.units), _done(desk.units))


def when_of(rule: Rule, numbers: Thresholds) -> str:
    """When a rule is due, with the unit's numbers."""
    days = getattr(numbers, rule.days) if rule.days else 0
    if rule.days and days <= 0:
        return _("never: the unit has set it so")
    told = {
        "days": days,
        "risk_days": numbers.silent_call_risk_days,
        "hours": numbers.missing_weekly_hours,
        "minutes": numbers.escalate_minutes,
        "taken_minutes": numbers.taken_minutes,
    }
    return str(rule.when) % told


def _row(rule: Rule, unit: CareUnit, switches: Switches) -> RuleRow:
    state, colour = {
        "": (_("On"), "success"),
        "unit": (_("Off at the unit"), "warning"),
        "service": (_("Off everywhere"), "warning"),
    }[switches.by_whom(rule.key, unit.pk) if rule.may_be_off else ""]
    if not rule.may_be_off:
        state = _("Always on")
    return RuleRow(str(rule.what), when_of(rule, thresholds_of(unit)), rule.version, state, colour)


def _changes(units: tuple[UUID, ...]) -> list[Change]:
    rows = AutomationSwitch.objects.filter(unit__in=units) | AutomationSwitch.objects.filter(unit=None)
    return [
        Change(
            one.at,
            one.by.name if one.by else _("On the server"),
            _("Off: %(what)s") % {"what": _what(one.rule)}
            if one.is_off
            else _("On: %(what)s") % {"what": _what(one.rule)},
            one.unit.name if one.unit else _("All units"),
            one.reason,
        )
        for one in rows.select_related("unit", "by").defer("by__personal_number")[:CHANGES]
    ]


def _what(rule: str) -> str:
    if not rule:
        return _("All at once")
    return str(RULES[rule].what) if rule in RULES else rule


def _done(units: tuple[UUID, ...]) -> list[Done]:
    acts = list(AutomaticAct.objects.of_units(units)[:NEWEST])
    rows = Notice.objects.filter(key__in=[act.key for act in acts]).select_related("covered_by")
    notices = {one.key: one for one in rows}
    return [Done(one.at, _what(one.rule), one.rule_version, _became(notices.get(one.key))) for one in acts]


def _became(notice: Notice | None) -> str:
    if notice is None:
        return _("Done")
    if notice.sent_at is not None:
        return _("Sent by %(way)s") % {"way": notice.get_channel_display()} if notice.channel else _("Sent")
    if notice.covered_by is not None and notice.covered_by.sent_at is not None:
        sent = date_format(localtime(notice.covered_by.sent_at), "j F H:i")
        return _("Covered by the message of %(sent)s") % {"sent": sent}
    if notice.dropped_at is not None:
        return _("Not sent: %(why)s") % {"why": notice.get_dropped_display()}
    return _("Handed over; not known whether it arrived") if notice.begun_at else _("Waits to be sent")
