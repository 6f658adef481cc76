"""A month of a unit, lived by the verbs of the project with the clock moved; see docs/simulated-month.md."""
