"""What the README says of commands, settings and files is true."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "docs" / "operations.md"]


def tracked(*patterns: str) -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return listed.stdout.split()


def test_every_setting_of_the_environment_stands_in_the_readme():
    settings = (ROOT / "config" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'environment\.\w+\(\s*"(\w+)"', settings))
    readme = PAGES[0].read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", readme, re.MULTILINE))

    assert len(read) > 8
    assert told == read


def test_every_make_target_is_explained_in_the_readme_and_by_help():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (help .*)$", makefile, re.MULTILINE).group(1).split()
    helped = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    readme = PAGES[0].read_text(encoding="utf-8")

    assert "demo" in phony
    assert [target for target in phony if not re.search(rf"^  {target} ", helped, re.M)] == []
    assert [t for t in phony if t != "help" and f"`make {t}" not in readme] == []


def test_links_of_the_pages_lead_to_files_of_the_repository():
    known = set(tracked())
    broken = []
    for page in PAGES:
        for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            target = (page.parent / link).resolve()
            if "://" not in link and str(target.relative_to(ROOT)) not in known:
                broken.append(f"{page.name}: {link}")

    assert broken == []


def test_every_requirement_is_pinned_and_says_why():
    bare = []
    for name in ("requirements.txt", "tests/requirements.txt"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if line.startswith(("#", "-r")) or not line.strip():
                continue
            if not re.match(r"^[\w.-]+==[\w.]+\s+# \S", line):
                bare.append(f"{name}: {line}")

    assert bare == []


def test_the_top_level_holds_what_the_layout_allows():
    allowed = {"config", "campaigns", "workflows", "teachers", "reports", "tests", "docs", ".ci"}
    allowed |= {"manage.py", "requirements.txt", "README.md", "CHANGELOG.md", "Makefile"}
    allowed |= {"pyproject.toml", ".gitignore", ".pre-commit-config.yaml"}

    assert {name.split("/")[0] for name in tracked()} - allowed == set()
