"""Outcomes of a service: what treatments at a unit led to, for those who answer for it; groups, never a patient."""
