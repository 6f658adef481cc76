"""Decides how many values one SQLite statement may carry: as many as the library was built for.

Django 5.2 assumes 999, so a list of 100 patients would need two statements for its log rows. Django 6 asks the
library, as this does; then this backend can go.
"""

from __future__ import annotations

import sqlite3
from functools import cached_property

from django.db.backends.sqlite3 import base, features


class DatabaseFeatures(features.DatabaseFeatures):
    """What this SQLite can do."""

    @cached_property
    def max_query_params(self) -> int:  # type: ignore[override]
        """The library's own limit, 250,000 on Debian."""
        self.connection.ensure_connection()
        return int(self.connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER))


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite as Django knows it, with the features above."""

    features_class = DatabaseFeatures
