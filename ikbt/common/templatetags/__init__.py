"""Template tags for the shared components."""
