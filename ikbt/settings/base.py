"""What all environments share; decides apps, middleware order, languages and security defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from ikbt.settings import electronic_id, env

BASE_DIR = Path(__file__).resolve().parents[2]
STATE_DIR = Path(env.text("IKBT_STATE_DIR", str(BASE_DIR / ".state")))

INSTALLED_APPS = [
    "ikbt.demo",
    "ikbt.privacy",
    "ikbt.outcomes",
    "ikbt.catalogue",
    "therapist",
    "ikbt.treatments",
    "programs",
    "measurements",
    "ikbt.outbox",
    "ikbt.access_log",
    "ikbt.accounts",
    "ikbt.audit",
    "ikbt.common",
    "wagtail.users",
    "wagtail.images",
    "wagtail.documents",
    "wagtail.snippets",
    "wagtail.sites",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "channels",
    "csp",
    "django_otp_webauthn",
    "django_otp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "ikbt.common.middleware.request_id",
    "ikbt.common.middleware.safe_headers",
    "django.middleware.security.SecurityMiddleware",
    "ikbt.common.static_files.StaticFiles",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ikbt.accounts.whose_session.SecondFactor",
    "ikbt.common.middleware.private_pages",
    # These must come after SecondFactor: they ask whether the second factor was given.
    "ikbt.accounts.session_watch.end_stale_sessions",
    "ikbt.accounts.gate.require_second_factor",
    "ikbt.accounts.pacing.keep_pace",
    "programs.editor_access.current_editor_access",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "ikbt.audit.middleware.refuse_when_unlogged",
]

ROOT_URLCONF = "ikbt.urls"
ASGI_APPLICATION = "ikbt.asgi.application"
WSGI_APPLICATION = "ikbt.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ikbt.common.context.page",
                "ikbt.accounts.session_watch.time_left",
                "ikbt.treatments.watching_clock.told_to_administrators",
            ],
        },
    },
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.database(env.text("IKBT_DATABASE_URL", f"sqlite:///{STATE_DIR / 'ikbt.sqlite3'}")),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["ikbt.accounts.whose_session.PersonBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    # NIST 800-63B-4: length and a block list, no composition rules. 12 characters, since no password opens
    # anything without a second factor (8 would do then; 15 is asked of passwords that stand alone).
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "ikbt.accounts.password_rules.NoSiteWords"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "accounts:landing"
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
OTP_TOTP_ISSUER = "ikbt"

# Passkeys belong to this host for ever: another one asks everybody to register anew.
OTP_WEBAUTHN_RP_ID = "localhost"
OTP_WEBAUTHN_RP_NAME = env.text("IKBT_PASSKEY_NAME", "ikbt")
OTP_WEBAUTHN_ALLOWED_ORIGINS = ["http://localhost:8000"]
OTP_WEBAUTHN_CREDENTIAL_MODEL = "accounts.Passkey"
OTP_WEBAUTHN_HELPER_CLASS = "ikbt.accounts.passkey_ceremony.Ceremony"
OTP_WEBAUTHN_TIMEOUT_SECONDS = 5 * 60

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = [("sv", "Svenska"), ("en", "English")]
WAGTAIL_I18N_ENABLED = False
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
MEDIA_ROOT = STATE_DIR / "media"
# Its default lets scripts of any site read our files.
WHITENOISE_ALLOW_ALL_ORIGINS = False
# No MEDIA_URL route exists: files are served through a door only.
MEDIA_URL = "/media/"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CHANNEL_LAYERS: dict[str, dict[str, Any]] = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
REDIS_URL = env.text("IKBT_REDIS_URL", "")
if REDIS_URL:
    # socket_timeout None: redis-py's 5 s default meets channels_redis' 5 s blocking pop and drops idle consumers.
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}]},
        }
    }

TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
# Class of ikbt.outbox.sms.base.SmsBackend by its dotted name; "": no text messages, and nobody can choose them.
SMS_BACKEND = env.text("IKBT_SMS_BACKEND", "")
# What the file backend writes to.
SMS_FILE = STATE_DIR / "sms" / "messages.jsonl"
# A mail server that hangs must not hang a request.
EMAIL_TIMEOUT = 5
# "mailto:..." or "https://...": where to report a weakness; told in /.well-known/security.txt.
# Who gets reports of what somebody could not use; "" takes none.
ACCESSIBILITY_CONTACT = env.text("IKBT_ACCESSIBILITY_CONTACT", "")
SECURITY_CONTACT = env.text("IKBT_SECURITY_CONTACT", "")
DEFAULT_FROM_EMAIL = env.text("IKBT_MAIL_FROM", "no-reply@ikbt.invalid")

# Minutes after which `run_clock` stands still, for the desk's banner and for `clock_watch`; 0: nothing is watched.
CLOCK_STILL_MINUTES = int(env.text("IKBT_CLOCK_STILL_MINUTES", "30"))

# How many proxies of our own stand in front: so many last entries of X-Forwarded-For are theirs, and believed.
TRUSTED_PROXIES = int(env.text("IKBT_TRUSTED_PROXIES", "0"))

SESSION_ENGINE = "ikbt.accounts.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Seconds. How long a session may rest, how long it lasts whatever one does, how early the page warns, and how old
# the second factor may be for sensitive acts.
SESSION_IDLE_STAFF = 30 * 60
SESSION_IDLE_PATIENT = 60 * 60
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_WARNING = 2 * 60
STEP_UP_LASTS = 5 * 60
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "ikbt.common.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# A form field holds at most 200,000 characters; the whole post must still reach the form to be kept.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Where browsers tell what the policy stopped; ikbt.accounts.urls answers there.
POLICY_REPORTS = "/innehallspolicy/rapport/"
CONTENT_SECURITY_POLICY = {
    # Wagtail's admin runs inline scripts: it has a looser policy of its own, set in ikbt.common.middleware.
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "report-uri": POLICY_REPORTS,
        "report-to": "policy",
    },
}

WAGTAIL_SITE_NAME = "ikbt"
WAGTAILADMIN_BASE_URL = env.text("IKBT_BASE_URL", "http://localhost:8000")
# These would call third parties from an editor's browser.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# A version is published by our own verb; comments would go out by mail, to whoever once wrote one.
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAILADMIN_COMMENTS_ENABLED = False
# Would look up whether an address is one of our pages, and tell its title.
WAGTAILADMIN_EXTERNAL_LINK_CONVERSION = ""
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILIMAGES_EXTENSIONS = ["png", "jpg", "jpeg", "webp"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "programs.uploading.PictureForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
# A file of a few kilobytes can unpack to a gigabyte of pixels.
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILDOCS_EXTENSIONS = ["mp3", "ogg", "oga", "wav", "m4a", "mp4", "webm", "vtt"]
WAGTAILDOCS_DOCUMENT_FORM_BASE = "programs.uploading.RecordingForm"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
# Program packages: our private key (32 bytes in base64), and whom we trust: name=public key, with commas between.
PROGRAM_SIGNING_KEY = env.text("IKBT_PROGRAM_SIGNING_KEY", "")
PROGRAM_TRUSTED_KEYS = dict(
    pair.split("=", 1) for pair in env.listed("IKBT_PROGRAM_TRUSTED_KEYS") if "=" in pair
)
# "", "unix:/run/clamav/clamd.ctl" or "tcp:host:port": where uploads are looked at before they are kept.
VIRUS_SCANNER = env.text("IKBT_VIRUS_SCANNER", "")
DATA_DIR_PROGRAMS = BASE_DIR / "programs" / "library"

# Keys "name:base64 of 32 bytes", newest first: the first encrypts, all decrypt.
FIELD_KEYS: list[str] = []
# A key apart for blind indexes, so that a leaked index tells nothing about the field keys.
INDEX_KEY = ""
# Index keys of before, newest first: look-ups accept them until `rotate_field_keys` has made all indexes anew.
INDEX_KEYS_BEFORE: list[str] = []

# Pseudonyms in data for research are made under a key of each project, which is made from this one; "" makes none.
RESEARCH_KEY = env.text("IKBT_RESEARCH_KEY", "")
# Signs the heads of the audit chain that are kept outside the database; must not be known to the database's keepers.
AUDIT_ANCHOR_KEY = env.text("IKBT_AUDIT_ANCHOR_KEY", "")
# Empty: audit-anchors.jsonl in the state folder.
AUDIT_ANCHOR_FILE = env.text("IKBT_AUDIT_ANCHOR_FILE", "")
# Triggers that refuse changes of the log. Off in tests only: their flush empties all tables.
AUDIT_GUARDS = True
# "", "stdout", "syslog:/dev/log" or "syslog:host:port".
AUDIT_SHIP = env.text("IKBT_AUDIT_SHIP", "")
# Whether a patient's own access log names the staff who read, or says their role and unit only.
ACCESS_LOG_SHOWS_NAMES = env.flag("IKBT_ACCESS_LOG_SHOWS_NAMES", True)

DEMO_PROFILE = False
TEST_E_ID = False
# E-ID and staff cards by OpenID Connect; each entry as ikbt.accounts.electronic_id.providers wants it.
ELECTRONIC_ID_PROVIDERS: list[dict[str, Any]] = electronic_id.providers()
# Providers without HTTPS on this very machine: for tests, which set it themselves.
ELECTRONIC_ID_PLAIN_HTTP = False

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
