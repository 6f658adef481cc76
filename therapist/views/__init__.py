"""The desk's pages: door, form, one call, message, redirect or render."""
