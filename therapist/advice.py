"""Says the forecast in a therapist's words, with its reasons and how often it has been right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ikbt.common.clock import local_date
from ikbt.treatments.early_warning.advising import Standing, advice_for
from ikbt.treatments.models import EarlyWarningModel, Treatment

REASONS = {
    "baseline": gettext_noop("The scores were high at the start."),
    "change": gettext_noop("The scores have fallen less than usual, or risen."),
    "unanswered": gettext_noop("Questionnaires of the first weeks are unanswered."),
    "behind": gettext_noop("Fewer modules are handed in than usual by then."),
}


@dataclass(frozen=True)
class AdviceInWords:
    """What the patient page shows above the curves."""

    title: str
    reasons: list[str]
    how_sure: str


def advice_in_words(
    treatment: Treatment, signed: EarlyWarningModel | None, *, at: datetime
) -> AdviceInWords | None:
    """None where the unit has not signed, before the first weeks are over, and where more support is not forecast."""
    advice = advice_for(treatment, signed, today=local_date(at))
    if advice.standing is not Standing.SUPPORT or advice.forecast is None:
        return None
    return AdviceInWords(
        _("May need more support"), [_(REASONS[name]) for name in advice.reasons], how_sure(advice.forecast)
    )


def how_sure(forecast: EarlyWarningModel) -> str:
    """How often the forecast has been right, and that it decides nothing."""
    judgement = forecast.judgement or {}
    said = _(
        "A forecast from the first %(weeks)d weeks. On %(n)d other treatments it pointed out %(hits)d %% of those who "
        "needed more, and left %(calm)d %% of the others alone. It decides nothing and says nothing of suicide risk."
    )
    return said % {
        "weeks": forecast.week,
        "n": judgement["n"],
        "hits": round(100 * judgement["sensitivity"]),
        "calm": round(100 * judgement["specificity"]),
    }
