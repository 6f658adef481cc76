"""E-ID and staff cards by OpenID Connect: whom another's word may sign in, and on which conditions."""
