"""The demo on one's own machine: seeded people, test e-ID, loopback only; never for real patients."""

from __future__ import annotations

from pathlib import Path

from ikbt.settings import env
from ikbt.settings.base import *
from ikbt.settings.base import BASE_DIR
from ikbt.settings.local_keys import local_keys

STATE_DIR = BASE_DIR / ".state" / "demo"
if env.text("IKBT_STATE_DIR", ""):
    STATE_DIR = Path(env.text("IKBT_STATE_DIR"))
_keys = local_keys(STATE_DIR)
DEBUG = False
SECRET_KEY = _keys["secret"]
FIELD_KEYS = [_keys["field"]]
INDEX_KEY = _keys["index"]
AUDIT_ANCHOR_KEY = INDEX_KEY
RESEARCH_KEY = INDEX_KEY
# No job runs here by itself.
CLOCK_STILL_MINUTES = 0
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
DEMO_PORT = int(env.text("IKBT_DEMO_PORT", "8000"))
WEBSOCKET_ORIGINS = [f"http://localhost:{DEMO_PORT}", f"http://127.0.0.1:{DEMO_PORT}"]
OTP_WEBAUTHN_ALLOWED_ORIGINS = [f"http://localhost:{DEMO_PORT}"]
DATABASES = {"default": env.database(f"sqlite:///{STATE_DIR / 'ikbt.sqlite3'}")}
STATIC_ROOT = STATE_DIR / "static"
MEDIA_ROOT = STATE_DIR / "media"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = STATE_DIR / "mail"
SMS_BACKEND = "ikbt.outbox.sms.file.FileBackend"
SMS_FILE = STATE_DIR / "sms" / "messages.jsonl"
DEMO_PROFILE = True
TEST_E_ID = True
