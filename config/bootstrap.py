"""Set a fresh machine up: Python packages into .venv, system libraries, a browser for the tests.

Runs on the plain system Python before .venv exists, so it uses the standard library only:

    python3 -m config.bootstrap           what the site needs
    python3 -m config.bootstrap tests     ... and what the suite and the screenshots need

As root on Debian or Ubuntu it installs missing system packages; otherwise it stops and prints the
exact line to type. What is in place already is left alone: a second run takes a fraction of a
second.
"""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST_PYTHON = (3, 11)

# Shared library -> Debian package. WeasyPrint draws the PDFs with them.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
REQUIREMENTS = {
    "site": ["requirements.txt"],
    "tests": ["requirements.txt", "tests/requirements.txt"],
}


def say(text: str) -> None:
    print(text, flush=True)


def stop(text: str) -> None:
    """End with a message that says what to do next."""
    sys.exit(f"\n{text}\n")


def run(*command: str, **environment: str) -> None:
    """Run a command whose failure ends the set-up with the command's own words."""
    try:
        subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **environment})
    except (subprocess.CalledProcessError, FileNotFoundError):
        stop(f"This step failed: {' '.join(command)}\nMend what it says above and run make again.")


def is_loadable(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def distribution() -> str:
    """Return the ID of the Linux distribution: "debian", "ubuntu", ... or ""."""
    try:
        lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line[3:].strip('"') for line in lines if line.startswith("ID=")), "")


def chromium() -> str | None:
    """Return the path of the system's Chromium, or None.

    Ubuntu's is a snap, which cannot be driven from a test: there Playwright's own is used.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    found = shutil.which("chromium") or shutil.which("google-chrome")
    return None if found and "/snap/" in os.path.realpath(found) else found


def has_chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout)


def missing_packages(purpose: str) -> list[str]:
    """Return the Debian packages that this machine lacks."""
    missing = [package for library, package in LIBRARIES.items() if not is_loadable(library)]
    if not PYTHON.exists() and importlib.util.find_spec("ensurepip") is None:
        missing.append(f"python3.{sys.version_info.minor}-venv")
    if purpose == "tests":
        if chromium() is None and distribution() != "ubuntu":
            missing.append("chromium")
        if shutil.which("redis-server") is None:
            missing.append("redis-server")
        if not has_chinese_font():
            missing += ["fontconfig", "fonts-noto-cjk"]
    return missing


def install_packages(packages: list[str]) -> None:
    line = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if not shutil.which("apt-get"):
        stop(f"This machine lacks (by their Debian names): {' '.join(packages)}\nInstall them.")
    if os.geteuid() != 0:
        stop(
            f"This machine lacks system packages. Type this line, then run make again:\n\n"
            f"    sudo {line}"
        )
    say(f"Installing system packages: {' '.join(packages)}")
    run("apt-get", "update", "-q", DEBIAN_FRONTEND="noninteractive")
    run(*line.split(), "-q", DEBIAN_FRONTEND="noninteractive")


def make_venv() -> None:
    """Create .venv, or make it anew when its interpreter is another one (a system upgrade)."""
    if not PYTHON.exists() or version_of(PYTHON) != sys.version:
        say("Creating .venv")
        run(sys.executable, "-m", "venv", "--clear", str(VENV))


def version_of(python: Path) -> str:
    """What an interpreter with pip says of itself; empty when it does not run."""
    asked = [python, "-c", "import pip, sys; print(sys.version)"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


def fingerprint(files: list[str]) -> str:
    """Hash of the requirement files and of the Python they are installed for."""
    digest = hashlib.sha256(sys.version.encode())
    for name in files:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def install_requirements(purpose: str) -> None:
    """Install the pinned packages unless exactly these are installed already."""
    stamps = {kind: VENV / f".installed-{kind}" for kind in REQUIREMENTS}
    wanted = {kind: fingerprint(files) for kind, files in REQUIREMENTS.items()}
    kinds = ["tests"] if purpose == "tests" else ["tests", "site"]
    if PYTHON.exists() and any(
        stamps[kind].exists() and stamps[kind].read_text() == wanted[kind] for kind in kinds
    ):
        return
    make_venv()
    source = REQUIREMENTS[purpose][-1]
    say(f"Installing the packages of {source} (some minutes the first time)")
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    run(
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-warn-conflicts",
        *quiet,
        "-r",
        source,
        PIP_ROOT_USER_ACTION="ignore",
    )
    stamps[purpose].write_text(wanted[purpose])


def install_browser() -> None:
    """Fetch Playwright's own Chromium where the system has none that can be driven."""
    stamp = VENV / ".installed-browser"
    if chromium() or stamp.exists():
        return
    say("Fetching Chromium for the browser journeys")
    with_libraries = ["--with-deps"] if os.geteuid() == 0 else []
    run(str(PYTHON), "-m", "playwright", "install", *with_libraries, "chromium")
    stamp.touch()


def main(purpose: str = "site") -> None:
    if sys.version_info < OLDEST_PYTHON:
        stop(
            f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Name a newer one:"
            "\n\n    make PYTHON=python3.12 ..."
        )
    if purpose not in REQUIREMENTS:
        stop("usage: python3 -m config.bootstrap [site|tests]")
    packages = missing_packages(purpose)
    if packages:
        install_packages(packages)
    install_requirements(purpose)
    if purpose == "tests":
        install_browser()


if __name__ == "__main__":
    main(*sys.argv[1:])
