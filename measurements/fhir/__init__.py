"""Instruments, answers and scores as FHIR R4, for export and import; pure, without a database."""
