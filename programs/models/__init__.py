"""The nouns of programs: pages that authors write, and versions that patients read."""

from programs.models.program_pages import ModulePage, ProgramPage
from programs.models.public_pages import StartPage, UnitPage
from programs.models.version import FrozenModule, Program, ProgramVersion

__all__ = ["FrozenModule", "ModulePage", "Program", "ProgramPage", "ProgramVersion", "StartPage", "UnitPage"]
