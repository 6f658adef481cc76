"""Decides what a group of treatments led to: waves, change, recovery, the mixed model, and what may be shown of it.

Begin in `reporting`; docs/outcomes.md tells what each figure is and where it comes from. Nothing here asks a database.
"""
