"""Django's SQLite backend with the limit of this machine's SQLite in place of the one of 2009."""
