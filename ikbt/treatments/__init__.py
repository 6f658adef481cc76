"""The course of a treatment: the patient, her version, her progress, messages and alerts."""
