"""The screens of privacy: a door, a form, one call, and a page or a redirect."""
