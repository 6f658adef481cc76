"""Exercises: one mechanism driven by data carries every type; pure, with no database and no models."""
