"""The unit's own pages: who works there, who cares for whom, and emergency access to look at."""
