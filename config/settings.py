"""Settings of every deployment; what differs comes from the environment (see README)."""

import base64
import hashlib
from pathlib import Path

import pghistory
from django.core.exceptions import ImproperlyConfigured

from config import database, environment, mail, redaction

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environment.text("VAR_DIR", str(BASE_DIR / "var")))

# --- Safety -------------------------------------------------------------------------------
PRODUCTION = environment.flag("PRODUCTION", False)
DEBUG = environment.flag("DEBUG", False)
SECRET_KEY = environment.text("SECRET_KEY", None if PRODUCTION else "development-only-" + "x" * 50)
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "" if PRODUCTION else "*")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")

# The keys that seal identity numbers, health and pay: 32 bytes each, base64. A single one is
# IDENTITY_KEY; while keys change, IDENTITY_KEYS="k1:…,k2:…" names all that open seals, and the last
# (or IDENTITY_KEY_ID) is the one that seals. See docs/operations.md.
IDENTITY_KEYS = environment.keys("IDENTITY_KEYS") or {
    "k1": environment.text(
        "IDENTITY_KEY",
        None if PRODUCTION else base64.b64encode(hashlib.sha256(b"development").digest()).decode(),
    )
}
IDENTITY_KEY_ID = environment.text("IDENTITY_KEY_ID", "") or list(IDENTITY_KEYS)[-1]
if IDENTITY_KEY_ID not in IDENTITY_KEYS:
    raise ImproperlyConfigured(f"IDENTITY_KEY_ID={IDENTITY_KEY_ID!r} is not among IDENTITY_KEYS.")
# The key of their search hash: 32 bytes, base64. It stays; changing it means a new hash of all.
IDENTITY_HASH_KEY = environment.text(
    "IDENTITY_HASH_KEY",
    None if PRODUCTION else base64.b64encode(hashlib.sha256(b"development-hash").digest()).decode(),
)
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set ALLOWED_HOSTS to the names under which the site is reached.")

SESSION_ENGINE = "teachers.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_AGE = 8 * 60 * 60
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

AUTH_USER_MODEL = "teachers.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "teachers.account_backend.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "teachers:sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "teachers:sign_in"

# Log-in throttling: after five wrong passwords for one account from one place, a pause.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "teachers/locked_out.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

# --- Applications -------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_fsm",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "drf_spectacular",
    "pghistory",
    "pgtrigger",
    "rest_framework",
    "rest_framework.authtoken",
    "viewflow",
    "viewflow.workflow",
    "teachers",
    "campaigns",
    "workflows",
    "reports",
    "config.apps.SiteConfig",
]
MIDDLEWARE = [
    "config.middleware.CallerMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.ReaderLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.middleware.NoNulMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "teachers.middleware.PostMiddleware",
    "teachers.middleware.NoticeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    },
    # For the frame and what everybody opens (config/jinja2, workflows/jinja2): compiled to Python.
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {"environment": "config.jinja.environment"},
    },
]

# --- Data ---------------------------------------------------------------------------------
DATABASES = {
    "default": {
        **database.connection_settings(
            environment.text("DATABASE_URL", "") or database.embedded_url(VAR_DIR / "postgres")
        ),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# History is added to, never edited: a trigger refuses updates and deletions. It is read by the row
# that it is of, and by nothing else: its other keys need no index.
PGHISTORY_APPEND_ONLY = True
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True)

TASKS = {
    "default": {
        "BACKEND": environment.text("TASKS_BACKEND", "django_tasks_db.DatabaseBackend"),
        "QUEUES": ["default", "reports"],
    }
}
if TASKS["default"]["BACKEND"] == "django_tasks_rq.RQBackend":
    INSTALLED_APPS.append("django_rq")
    RQ_SHOW_ADMIN_LINK = False
    RQ_QUEUES = {
        queue: {
            "URL": environment.text("REDIS_URL", "redis://127.0.0.1:6379/0"),
            "DEFAULT_TIMEOUT": 24 * 60 * 60,  # seconds a job may take
            "QUEUE_CLASS": "teachers.redis_queue.AfterCommit",
        }
        for queue in TASKS["default"]["QUEUES"]
    }

# Decisions on many items: so many are made within the request, more in the background; and so
# long they may be taken back.
ACT_IN_REQUEST = environment.number("ACT_IN_REQUEST", 500)
ACT_UNDO_MINUTES = environment.number("ACT_UNDO_MINUTES", 30)

# Reminders, in working days of the desk: so long before the due day, and so long after it the
# superior authority is told.
DUE_SOON = environment.number("DUE_SOON", 2)
ESCALATE_AFTER = environment.number("ESCALATE_AFTER", 3)

# --- E-mail: messages are sent only where EMAIL_URL names a server --------------------------
EMAIL = mail.settings_of(environment.text("EMAIL_URL", ""))
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = EMAIL["backend"], EMAIL["host"], EMAIL["port"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = EMAIL["user"], EMAIL["password"]
EMAIL_USE_TLS, EMAIL_USE_SSL, EMAIL_TIMEOUT = EMAIL["tls"], EMAIL["ssl"], 20
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", "noreply@localhost")
# Under which address people reach the site; stands in e-mails and in the QR codes of reports.
SITE_URL = environment.text("SITE_URL", "").rstrip("/")

# --- Language, time, files ----------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "config.static_files.AppFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
MEDIA_ROOT = VAR_DIR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
WORKBOOK_MAX_BYTES = 20 * 1024 * 1024
# Evidence and photos lie here, sealed; never below a folder that a web server hands out.
ATTACHMENTS_ROOT = Path(environment.text("ATTACHMENTS_ROOT", str(VAR_DIR / "attachments")))
# A photo has less than 60 KB (index system, indicator 照片).
ATTACHMENT_MAX_BYTES = {
    "evidence": 10 * 1024 * 1024,
    "remark": 10 * 1024 * 1024,
    "photo": 60 * 1024 - 1,
}

# The key that signs reports: a PKCS #12 file with an RSA key and its certificate. Without one they
# are made unsigned; the demonstration makes a key of its own (make_signing_certificate).
REPORT_SIGNING_KEY = environment.text("REPORT_SIGNING_KEY", "")
REPORT_SIGNING_PASSWORD = environment.text("REPORT_SIGNING_PASSWORD", "")

# Shown on every page and PDF while the data are invented.
DEMONSTRATION = environment.flag("DEMONSTRATION", not PRODUCTION)

# --- API ----------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "teachers.api.authentication.TokenAuthentication",
        "teachers.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "teachers.api.paging.KeysetPages",
    "DEFAULT_SCHEMA_CLASS": "teachers.api.grouping.Endpoint",
    "DEFAULT_THROTTLE_RATES": {"token": "30/min", "verify": "30/min"},
    # In production one proxy stands before us and appends the caller to X-Forwarded-For.
    "NUM_PROXIES": 1 if PRODUCTION else 0,
    "EXCEPTION_HANDLER": "teachers.api.problems.answer",
}
API_TOKEN_DAYS = environment.number("API_TOKEN_DAYS", 90)
SPECTACULAR_SETTINGS = {
    "TITLE": "Gansu teacher information: collection and approval",
    "DESCRIPTION": (
        "Campaigns, submissions, tasks and reports, over the same rules as the pages. Sign in at "
        "`POST /api/v1/token/`; act under one of your posts with the header `X-Post`. Every "
        "failure is `application/problem+json` with a stable `code`. Lists page by key: follow "
        "`next`."
    ),
    "VERSION": "1",
    "LICENSE": {"name": "AGPL-3.0-or-later"},
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "ActStateEnum": "workflows.enums.ActState",
        "CampaignStateEnum": "campaigns.enums.CampaignState",
        "DecideVerdictEnum": "workflows.api.serializers.DECIDED",
        "DecisionVerdictEnum": "workflows.enums.Verdict",
        "ImportStateEnum": "campaigns.enums.ImportState",
        "OrganisationKindEnum": "teachers.enums.OrganisationKind",
        "OutcomeKindEnum": "workflows.enums.OutcomeKind",
        "ReportKindEnum": "reports.enums.ReportKind",
        "ReportStateEnum": "reports.enums.ReportState",
        "RoleEnum": "teachers.enums.Role",
        "SchoolKindEnum": "teachers.enums.SchoolKind",
        "StageKindEnum": "campaigns.enums.StageKind",
        "SubmissionStateEnum": "campaigns.enums.SubmissionState",
    },
}

# --- Logs: never an identity number in full (config/redaction.py) ----------------------------
redaction.install()
DEFAULT_EXCEPTION_REPORTER = "config.redaction.MaskingReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "config.redaction.HidingFilter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.text("LOG_LEVEL", "WARNING")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
