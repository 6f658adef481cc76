"""The nouns of a course: treatment and care relation, progress, worksheet entries, conversation, alerts."""

from ikbt.treatments.models.alert import Alert
from ikbt.treatments.models.consent import Consent
from ikbt.treatments.models.conversation import Draft, Feedback, Message
from ikbt.treatments.models.early_warning import EarlyWarningModel, EarlyWarningPurpose
from ikbt.treatments.models.emergency import Block, EmergencyAccess
from ikbt.treatments.models.outcome_summary import OutcomeSummary
from ikbt.treatments.models.progress import ModuleProgress
from ikbt.treatments.models.treatment import CareRelation, Treatment, TreatmentEvent
from ikbt.treatments.models.worksheet import EntryVersion, WorksheetEntry

__all__ = [
    "Alert",
    "Block",
    "CareRelation",
    "Consent",
    "Draft",
    "EarlyWarningModel",
    "EarlyWarningPurpose",
    "EmergencyAccess",
    "EntryVersion",
    "Feedback",
    "Message",
    "ModuleProgress",
    "OutcomeSummary",
    "Treatment",
    "TreatmentEvent",
    "WorksheetEntry",
]
