"""For developers: debug pages, local keys, the console as mail box."""

from __future__ import annotations

from ikbt.settings.base import *
from ikbt.settings.base import STATE_DIR, STORAGES
from ikbt.settings.local_keys import local_keys

_keys = local_keys(STATE_DIR)
DEBUG = True
SECRET_KEY = _keys["secret"]
FIELD_KEYS = [_keys["field"]]
INDEX_KEY = _keys["index"]
AUDIT_ANCHOR_KEY = INDEX_KEY
RESEARCH_KEY = INDEX_KEY
# No job runs here by itself.
CLOCK_STILL_MINUTES = 0
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
WEBSOCKET_ORIGINS = ["http://localhost:8000"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
SMS_BACKEND = "ikbt.outbox.sms.console.ConsoleBackend"
