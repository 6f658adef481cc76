"""The demo: a seeded region with a living caseload, made by a documented simulation."""
