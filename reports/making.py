"""The drawing of documents in processes of their own."""

import os


def prepare() -> None:
    """Start Django in a drawing process; it needs the settings, not the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()


def draw(figures: dict, *, issue: int, language: str) -> tuple[bytes, int]:
    """The document as plain values, so that it can travel between processes."""
    from reports import documents

    document = documents.pdf(figures, issue=issue, language=language)
    return document.content, document.pages
