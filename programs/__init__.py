"""Treatment programs: written in Wagtail, frozen as versions, read by patients."""
