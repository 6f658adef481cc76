"""The nouns of a course: treatment and care relation, progress, worksheet entries, conversation, alerts."""

from ikbt.treatments.models.absence import Absence
from ikbt.treatments.models.active_time import ActiveTime
from ikbt.treatments.models.alert import Alert
from ikbt.treatments.models.attachment import Attachment
from ikbt.treatments.models.automation import AutomaticAct, AutomationSwitch, ClockRun
from ikbt.treatments.models.caseload_limit import CaseloadLimit
from ikbt.treatments.models.consent import Consent
from ikbt.treatments.models.conversation import Draft, Feedback, Message
from ikbt.treatments.models.course import Pause, Transfer, TreatmentDecision
from ikbt.treatments.models.early_warning import EarlyWarningModel, EarlyWarningPurpose
from ikbt.treatments.models.emergency import Block, EmergencyAccess
from ikbt.treatments.models.note import CarePlan, Note
from ikbt.treatments.models.outcome_summary import OutcomeSummary
from ikbt.treatments.models.path_decision import PathDecision
from ikbt.treatments.models.progress import ModuleProgress
from ikbt.treatments.models.risk_assessment import RiskAssessment
from ikbt.treatments.models.setting_change import SettingChange
from ikbt.treatments.models.sleep_window import SleepWindow
from ikbt.treatments.models.treatment import CareRelation, Treatment, TreatmentEvent
from ikbt.treatments.models.worksheet import EntryVersion, WorksheetEntry

__all__ = [
    "Absence",
    "ActiveTime",
    "Alert",
    "Attachment",
    "AutomaticAct",
    "AutomationSwitch",
    "Block",
    "CarePlan",
    "CareRelation",
    "CaseloadLimit",
    "ClockRun",
    "Consent",
    "Draft",
    "EarlyWarningModel",
    "EarlyWarningPurpose",
    "EmergencyAccess",
    "EntryVersion",
    "Feedback",
    "Message",
    "ModuleProgress",
    "Note",
    "OutcomeSummary",
    "PathDecision",
    "Pause",
    "RiskAssessment",
    "SettingChange",
    "SleepWindow",
    "Transfer",
    "Treatment",
    "TreatmentDecision",
    "TreatmentEvent",
    "WorksheetEntry",
]
