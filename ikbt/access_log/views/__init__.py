"""The screens of the log: a door, a form, one call, and a page or a redirect."""
