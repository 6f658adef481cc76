"""Screens of the account: sign-in, enrolment, where to go, and the demo's test e-ID."""
