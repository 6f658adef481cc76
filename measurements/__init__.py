"""Instruments, series of occasions, answers and scores; knows a person, not a treatment."""
