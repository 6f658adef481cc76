"""The patient's screens: each view is a door, a form, one call, and a page or a redirect."""
