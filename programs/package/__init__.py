"""The portable program package: one signed zip, and the same as a folder; docs/program-package.md describes it."""
