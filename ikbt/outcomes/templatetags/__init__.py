"""Filters for the pages of outcomes."""
