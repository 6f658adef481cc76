"""The screens of programs: media, and the publish page in Wagtail's admin."""
