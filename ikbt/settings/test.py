"""For the test suite: fast hashing, fixed keys, SQLite in a file or the database that the environment names."""

from __future__ import annotations

import base64
import os
import tempfile
from pathlib import Path

from ikbt.settings import env
from ikbt.settings.base import *
from ikbt.settings.base import CHANNEL_LAYERS, REDIS_URL, STORAGES

DEBUG = False
SECRET_KEY = "only-for-tests-" + "k" * 50
FIELD_KEYS = ["test:" + base64.b64encode(b"0" * 32).decode()]
INDEX_KEY = "only-for-tests-index"
AUDIT_ANCHOR_KEY = INDEX_KEY
RESEARCH_KEY = "only-for-tests-research-" + "k" * 20
# Tests install the triggers where they test them: a flush could not empty the table.
AUDIT_GUARDS = False
AUDIT_SHIP = ""
# This profile alone: IKBT_CLOCK moves the clock, and `seed_scenario` makes people with known secrets.
CLOCK_MAY_MOVE = True
SCENARIO_MAY_SEED = True
# No job runs here by itself.
CLOCK_STILL_MINUTES = 0
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# Goes with the process: a run leaves nothing on the machine.
_scratch = tempfile.TemporaryDirectory(prefix="ikbt-test-", ignore_cleanup_errors=True)
STATE_DIR = Path(env.text("IKBT_TEST_STATE_DIR", _scratch.name))
DATABASES = {
    "default": env.database(env.text("IKBT_TEST_DATABASE_URL", f"sqlite:///{STATE_DIR / 'ikbt.sqlite3'}"))
}
if DATABASES["default"]["ENGINE"] == "ikbt.common.sqlite":
    # A file, not memory: sockets and the live server read from other threads.
    DATABASES["default"]["TEST"] = {"NAME": str(STATE_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    # What tests write need not outlive a power cut: thousands of commits wait for no disk.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"
MEDIA_ROOT = STATE_DIR / "media"
STATIC_ROOT = STATE_DIR / "static"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SMS_BACKEND = "ikbt.outbox.sms.memory.MemoryBackend"
SMS_FILE = STATE_DIR / "sms" / "messages.jsonl"
# pytest-django sets DEBUG to False: static files must be found without collecting them.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
WEBSOCKET_ORIGINS = ["http://testserver", "http://localhost"]
if REDIS_URL:
    # Workers of one run share a Redis database; the prefix keeps their groups apart.
    CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = "ikbt-" + os.environ.get("PYTEST_XDIST_WORKER", "main")
