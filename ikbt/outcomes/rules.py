"""Who may see a service's outcomes: named predicates, shown in the access table."""

from __future__ import annotations

from ikbt.accounts.roles import Act
from ikbt.accounts.rules import has_second_factor, may

exports_research = has_second_factor & may(Act.EXPORT_RESEARCH)
sees_outcomes = has_second_factor & may(Act.SEE_OUTCOMES)
