"""For real patients; decides what makes the server refuse to start."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from ikbt.settings import env
from ikbt.settings.base import *
from ikbt.settings.base import REDIS_URL, SMS_BACKEND
from ikbt.settings.production_checks import faults, is_local, open_wires, sends_nothing

DEBUG = env.flag("IKBT_DEBUG", False)
TEST_E_ID = env.flag("IKBT_TEST_E_ID", False)
SECRET_KEY = env.text("IKBT_SECRET_KEY")
FIELD_KEYS = env.listed("IKBT_FIELD_KEYS")
INDEX_KEY = env.text("IKBT_INDEX_KEY")
INDEX_KEYS_BEFORE = env.listed("IKBT_INDEX_KEYS_BEFORE")
ALLOWED_HOSTS = env.listed("IKBT_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
WEBSOCKET_ORIGINS = CSRF_TRUSTED_ORIGINS
OTP_WEBAUTHN_RP_ID = env.text("IKBT_PASSKEY_HOST", ALLOWED_HOSTS[0] if ALLOWED_HOSTS else "")
OTP_WEBAUTHN_ALLOWED_ORIGINS = CSRF_TRUSTED_ORIGINS
_database = env.text("IKBT_DATABASE_URL")
DATABASES = {"default": env.database(_database)}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("IKBT_MAIL_HOST", "localhost")
# A notice holds no content, but its address says who is in care somewhere.
EMAIL_USE_TLS = not is_local(EMAIL_HOST)

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The one that ends TLS.
TRUSTED_PROXIES = int(env.text("IKBT_TRUSTED_PROXIES", "1"))
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"

_faults = [
    *faults(
        debug=DEBUG, secret_key=SECRET_KEY, test_e_id=TEST_E_ID, field_keys=FIELD_KEYS, index_key=INDEX_KEY
    ),
    *open_wires(database=_database, redis=REDIS_URL),
    *sends_nothing(SMS_BACKEND),
]
if _faults:
    raise ImproperlyConfigured(" ".join(_faults))
