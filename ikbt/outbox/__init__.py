"""Notices that leave the house: one row a notice, written in the business transaction."""
