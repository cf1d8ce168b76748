"""One settings file, read from the environment. `manage.py check` says what is wrong before anything starts."""

import os
import warnings
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONCE, NONE, SELF
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
PIL_HOME = Path(env.str("PIL_HOME", str(BASE_DIR / "var"))).resolve()
if (PIL_HOME / "pil.env").exists():
    env.read_env(PIL_HOME / "pil.env")  # made by `manage.py setup`; the environment wins

DEBUG = env.bool("PIL_DEBUG", False)
SECRET_KEY = env.str("PIL_SECRET_KEY", "")
ALLOWED_HOSTS = env.list("PIL_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
PIL_BASE_URL = env.str("PIL_BASE_URL", "http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = env.list("PIL_TRUSTED_ORIGINS", default=[])

# -- custody and its neighbours
PIL_CUSTODY = env.str("PIL_CUSTODY", "keyring")  # keyring | none
PIL_KEYRING = Path(env.str("PIL_KEYRING", str(PIL_HOME / "keyring.bin")))
PIL_KEYRING_PASSPHRASE = env.str("PIL_KEYRING_PASSPHRASE", "")
PIL_KEYRING_KEK = env.str("PIL_KEYRING_KEK", "")  # 32 bytes, base64: instead of a passphrase
PIL_CANARY_KEY = env.str("PIL_CANARY_KEY", "")
PIL_SECOND_PLACE = Path(env.str("PIL_SECOND_PLACE", str(PIL_HOME / "second-place")))
PIL_CERTIFICATES = Path(env.str("PIL_CERTIFICATES", str(PIL_HOME / "certificates")))
PIL_DEMO_FACTOR = env.int("PIL_DEMO_FACTOR", 0)  # read once, when a store is born; never again
CRYPTO_SUITES = [1]  # the first seals, all listed open

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "pilifecycle",
    "collection",
    "retention",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "pilifecycle.middleware.PrivatePages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pilifecycle.middleware.SecondStep",
    "pilifecycle.middleware.Refusals",
]
ROOT_URLCONF = "pilifecycle.urls"
CSRF_FAILURE_VIEW = "pilifecycle.refusals.forbidden"
WSGI_APPLICATION = "pilifecycle.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ]
        },
    }
]

# -- two databases: data and vault (mechanics.md (c): IMMEDIATE, a long timeout, secure_delete, recursive triggers)
SQLITE = {"transaction_mode": "IMMEDIATE", "timeout": 20}
PRAGMAS = "PRAGMA secure_delete=ON; PRAGMA recursive_triggers=ON; PRAGMA foreign_keys=ON"


def database(name: str, default: Path, journal: str, synchronous: str) -> dict[str, Any]:
    """One database from its URL, with what its engine needs."""
    config: dict[str, Any] = dict(env.db_url_config(env.str(name, f"sqlite:///{default}")))
    config["CONN_MAX_AGE"] = 600
    config["CONN_HEALTH_CHECKS"] = True
    if "sqlite" in config["ENGINE"]:
        init = f"PRAGMA journal_mode={journal}; PRAGMA synchronous={synchronous}; {PRAGMAS}"
        config["OPTIONS"] = {**SQLITE, "init_command": init}
    else:
        config.setdefault("OPTIONS", {})["options"] = "-c client_connection_check_interval=500ms"
    return config


DATABASES = {
    "default": database("PIL_DATABASE_URL", PIL_HOME / "data.sqlite3", "WAL", "NORMAL"),
    "vault": database("PIL_VAULT_URL", PIL_HOME / "vault.sqlite3", "DELETE", "FULL"),
}
DATABASE_ROUTERS = ["pilifecycle.router.VaultRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- accounts
AUTH_USER_MODEL = "pilifecycle.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/console/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "pilifecycle.access.adapter.ClosedSignup"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
ADMINS: list[tuple[str, str]] = []
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "pilifecycle.access.adapter.SealedSecondStep"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not env.bool("PIL_HTTPS", False)  # a passkey on http://localhost
PIL_MFA_REQUIRED = env.bool("PIL_MFA_REQUIRED", None)  # None: yes, except in a store that was born as a demo
PIL_SECURITY_CONTACT = env.str("PIL_SECURITY_CONTACT", "")  # a mailto:, tel: or https: address, for security.txt
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "pil_session"
CSRF_COOKIE_NAME = "pil_csrf"

# -- language and time: a day is a day in Asia/Shanghai, storage and Celery run in UTC
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = USE_TZ = True

# -- what leaves the server
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("PIL_STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True  # without collectstatic: STATIC_ROOT need not be there
warnings.filterwarnings("ignore", "No directory at", UserWarning)
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
SECURE_SSL_REDIRECT = env.bool("PIL_HTTPS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SSL_REDIRECT
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("PIL_BEHIND_PROXY", False) else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "style-src-attr": ["'unsafe-inline'"],  # Unfold's widgets; attributes only
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "pilifecycle.problems.problem_response",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "pilifecycle",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# -- Celery: the bell (performance.md §5)
CELERY_BROKER_URL = env.str("PIL_BROKER_URL", "filesystem://localhost//")
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "default"
if CELERY_BROKER_URL.startswith("filesystem"):
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "data_folder_in": str(PIL_HOME / "bell"),
        "data_folder_out": str(PIL_HOME / "bell"),
        "control_folder": str(PIL_HOME / "bell-control"),
        "processed_folder": str(PIL_HOME / "bell-done"),
        "store_processed": False,
        "polling_interval": 0.2,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_BEAT_SCHEDULE = {
    name: {"task": f"retention.tasks.{name}", "schedule": period, "options": {"expires": 3 * period}}
    for name, period in {
        "run_errands": 2.0,
        "run_approved": 2.0,
        "enforce_retention": 60.0,
    }.items()
}

# Celery and redis-py spell a unix socket and its database differently
REDIS_URL = CELERY_BROKER_URL.replace("redis+socket:", "unix:", 1).replace("?virtual_host=", "?db=", 1)
CACHES = {  # rate limits only: counters without names
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if CELERY_BROKER_URL.startswith("redis")
    else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(PIL_HOME / "cache")}
}

# -- logs: no values, no SQL, no bodies (law 1)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"bare": {"()": "pilifecycle.logs.Bare"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["bare"]}},
    "root": {"handlers": ["stderr"], "level": env.str("PIL_LOG_LEVEL", "WARNING")},
    "loggers": {
        "django": {"handlers": ["stderr"], "propagate": False},  # in place of Django's own, which write values
        "pilifecycle": {"level": "INFO"},
        "django.db.backends": {"level": "ERROR"},
        "django.request": {"level": "ERROR"},
    },
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Emergency personal information"),
    "SITE_HEADER": _("Emergency personal information"),
    "SITE_URL": None,
    "SITE_SYMBOL": "shield_lock",
    "SHOW_LANGUAGES": True,
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "ENVIRONMENT": "pilifecycle.console.environment",
    "ACCOUNT": {
        "navigation": [
            {"title": _("Passkeys and codes"), "link": reverse_lazy("mfa_index")},
            {"title": _("Change password"), "link": reverse_lazy("account_change_password")},
        ]
    },
    "COMMAND": {"search_models": False},
}

os.environ.setdefault("PIL_HOME", str(PIL_HOME))
