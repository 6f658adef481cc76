"""The nouns of programs: pages that authors write, and versions that patients read."""

from programs.models.activation import Activation, Withdrawal
from programs.models.program_pages import ModulePage, ProgramPage
from programs.models.public_pages import StartPage, UnitPage
from programs.models.recall import Recall
from programs.models.review import DraftEdit, ProgramReview, SignOff, Stage
from programs.models.version import FrozenModule, Program, ProgramVersion

__all__ = [
    "Activation",
    "DraftEdit",
    "FrozenModule",
    "ModulePage",
    "Program",
    "ProgramPage",
    "ProgramReview",
    "ProgramVersion",
    "Recall",
    "SignOff",
    "Stage",
    "StartPage",
    "UnitPage",
    "Withdrawal",
]
