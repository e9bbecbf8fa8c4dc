"""Django's settings: one file, driven by the environment (core.environment lists every variable)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured

from teilhabe.core.environment import values
from teilhabe.core.languages import ALL, INTERFACE

# the encoder's library hangs in forked children when it runs on more threads
os.environ["OMP_NUM_THREADS"] = "1"

_set = values()
PACKAGE = Path(__file__).resolve().parent.parent

TEILHABE_HOME: Path = _set["TEILHABE_HOME"]
TEILHABE_DEFAULT_CENTRE: str = _set["TEILHABE_DEFAULT_CENTRE"]
TEILHABE_SEARCH_RATE: int = _set["TEILHABE_SEARCH_RATE"]
TEILHABE_HOSTS: list[str] = _set["TEILHABE_HOSTS"]
TEILHABE_BEHIND_PROXY: bool = _set["TEILHABE_BEHIND_PROXY"]
TEILHABE_FETCH_PRIVATE: bool = _set["TEILHABE_FETCH_PRIVATE"]
TEILHABE_ENCODER: str = _set["TEILHABE_ENCODER"]
TEILHABE_ENCODER_URL: str = _set["TEILHABE_ENCODER_URL"]
TEILHABE_ENCODER_MODEL: str = _set["TEILHABE_ENCODER_MODEL"]
TEILHABE_ENCODER_KEY: str = _set["TEILHABE_ENCODER_KEY"]
_https: bool = _set["TEILHABE_HTTPS"]


def _secret_key() -> str:
    """The operator's key, or one made at the first start and kept beside the data."""
    if _set["TEILHABE_SECRET_KEY"]:
        return str(_set["TEILHABE_SECRET_KEY"])
    kept = TEILHABE_HOME / "secret-key"
    try:
        TEILHABE_HOME.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    except OSError as fault:
        raise ImproperlyConfigured(f"TEILHABE_HOME={TEILHABE_HOME}: cannot write there ({fault.strerror}).") from fault
    return kept.read_text()


SECRET_KEY = _secret_key()
DEBUG: bool = _set["TEILHABE_DEBUG"]
# the middleware of centres checks the host: which hosts there are stands in the database
ALLOWED_HOSTS = ["*"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_tasks_db",
    "teilhabe.core",
    "teilhabe.audit",
    "teilhabe.accounts",
    "teilhabe.centres",
    "teilhabe.jobs",
    "teilhabe.ui",
    "teilhabe.translation",
    "teilhabe.feedback",
    "teilhabe.history",
    "teilhabe.vocabulary",
    "teilhabe.organisations",
    "teilhabe.directory",
    "teilhabe.editorial",
    "teilhabe.matching",
    "teilhabe.exchange",
    "teilhabe.portal",
    "teilhabe.api",
    "teilhabe.workspace",
    "teilhabe.config",
    # after our rooms: the login pages in accounts/templates stand before allauth's own
    "allauth",
    "allauth.account",
]

MIDDLEWARE = [
    "teilhabe.core.http.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "teilhabe.centres.middleware.CentreOfHost",
    "teilhabe.portal.middleware.KeptResponses",
    "teilhabe.ui.middleware.LanguageOfAddress",
    "teilhabe.accounts.middleware.SessionsOnlyWhereNeeded",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "teilhabe.config.urls"
WSGI_APPLICATION = "teilhabe.config.wsgi.application"
APPEND_SLASH = False

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "teilhabe.ui.context.page",
            ],
        },
    }
]

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 60,  # a large import is one transaction of some seconds; other writers wait for it
    # FULL: an acknowledged write survives a power cut, for a few milliseconds each
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
        "PRAGMA busy_timeout=60000;PRAGMA cache_size=-8000;PRAGMA mmap_size=134217728"
    ),
}
_database: dict[str, Any] = _set["DATABASE_URL"] or {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": TEILHABE_HOME / "teilhabe.sqlite3",
}
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = SQLITE_OPTIONS
else:
    _database["CONN_MAX_AGE"] = 60
    _database["CONN_HEALTH_CHECKS"] = True
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "template_fragments": {  # apart: what limits logins is never pushed out by cards
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "template_fragments",
        "OPTIONS": {"MAX_ENTRIES": 4000},  # of about 1.5 KB
    },
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_ADAPTER = "teilhabe.accounts.adapter.InvitedOnly"
LOGIN_REDIRECT_URL = "/workspace/"
LOGIN_URL = "/account/login/"
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

LANG_INFO.update(
    {
        language.code: {
            "code": language.code,
            "name": language.english,
            "name_local": language.name,
            "bidi": language.rtl,
        }
        for language in ALL.values()
        if language.code not in LANG_INFO
    }
)
LANGUAGE_CODE = "de"
LANGUAGES = [(code, ALL[code].name) for code in INTERFACE]
LANGUAGES_BIDI = [code for code in INTERFACE if ALL[code].rtl]
LOCALE_PATHS = [PACKAGE / "ui" / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = TEILHABE_HOME / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": TEILHABE_HOME / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_MAX_AGE = 3600

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "teilhabe.ui.views.form_too_old"
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TEILHABE_BEHIND_PROXY else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"teilhabe": {"level": "INFO"}},
}
