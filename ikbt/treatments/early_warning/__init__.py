"""Who may need more support: a plain regression on a treatment's first weeks, learnt from the service's own.

It reads and advises; it never acts (docs/early-warning.md). Begin in `training` and `advising`.
"""
