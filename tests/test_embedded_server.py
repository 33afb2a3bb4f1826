"""The settings of the embedded PostgreSQL."""

from config import database


def test_the_settings_are_named_once_and_can_change(tmp_path, monkeypatch):
    main = tmp_path / "postgresql.conf"
    main.write_text("max_connections = 100\n")

    database.configure(tmp_path)
    monkeypatch.setattr(database, "SERVER", {"shared_buffers": "1GB"})
    database.configure(tmp_path)

    assert main.read_text() == "max_connections = 100\n\ninclude_if_exists 'project.conf'\n"
    assert (tmp_path / "project.conf").read_text() == "shared_buffers = 1GB\n"
