"""The nouns of measurement: instrument versions, series, occasions, answer sets and scores."""

from measurements.models.instrument import InstrumentVersion, UnitNumbers, UnitWording
from measurements.models.occasion import Occasion, Series
from measurements.models.score import AnswerSet, Score

__all__ = ["AnswerSet", "InstrumentVersion", "Occasion", "Score", "Series", "UnitNumbers", "UnitWording"]
