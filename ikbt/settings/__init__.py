"""Settings by environment: base, dev, demo, test, production."""
