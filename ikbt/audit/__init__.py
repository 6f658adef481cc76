"""The audit trail: who did what with whose data, when, and by which relation."""
