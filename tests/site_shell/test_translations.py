"""The catalogues: complete, in agreement, and read from code and templates."""

import pytest

from config import translations

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def catalogues(tmp_path, monkeypatch):
    """Write catalogues of our own: catalogues(first='msgid …', second='…')."""
    (tmp_path / "zh").mkdir()
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    monkeypatch.setattr(translations, "SOURCES", tmp_path / "zh")
    monkeypatch.setattr(translations, "MERGED", tmp_path / "merged" / "django.po")
    monkeypatch.setattr(translations, "COMPILED", tmp_path / "merged" / "django.mo")

    def write(**texts: str) -> None:
        for name, text in texts.items():
            (tmp_path / "zh" / f"{name}.po").write_text(HEAD + text, encoding="utf-8")

    return write


def test_every_text_of_code_and_templates_has_its_chinese():
    merged, faults = translations.merge()
    known = {(entry.msgctxt, entry.msgid) for entry in merged}

    assert faults == []
    assert [text for text in translations.texts_in_use() if text not in known] == []


def test_two_catalogues_that_disagree_are_named(catalogues):
    catalogues(first='msgid "Task"\nmsgstr "待办"\n', second='msgid "Task"\nmsgstr "任务"\n')

    merged, faults = translations.compile_catalogue()

    assert [entry.msgstr for entry in merged] == ["待办"]
    assert faults == ["zh/second.po: 'Task' has another Chinese text in first.po"]


def test_an_empty_text_and_a_lost_placeholder_are_faults(catalogues):
    catalogues(first='msgid "%(n)s days"\nmsgstr "天"\n\nmsgid "Task"\nmsgstr ""\n')

    assert translations.compile_catalogue()[1] == [
        "zh/first.po: '%(n)s days' has other placeholders than its Chinese text '天'",
        "zh/first.po: 'Task' has no Chinese text",
    ]


def test_strict_mode_ends_with_the_list_of_faults(catalogues):
    catalogues(first='msgid "Task"\nmsgstr ""\n')

    with pytest.raises(SystemExit, match="1 faults in the translations"):
        translations.main("--strict")


def test_texts_are_found_in_code_with_their_context():
    source = 'x = _("One")\ny = pgettext("menu", "Two")\nz = ngettext("a", "b", n)\nf(_(name))'

    assert list(translations.texts_of_python(source)) == [
        ((None, "One"), 1),
        (("menu", "Two"), 2),
        ((None, "a"), 3),
    ]


def test_texts_are_found_in_templates_tags_blocks_and_filters():
    source = (
        '{% translate "One" %} {{ _("Two")|default:_("Three") }}\n'
        "{% blocktranslate with n=n %}{{ n }} more{% endblocktranslate %}"
    )

    assert list(translations.texts_of_template(source)) == [
        ((None, "One"), 1),
        ((None, "Two"), 1),
        ((None, "Three"), 1),
        ((None, "%(n)s more"), 2),
    ]


def test_texts_are_found_in_templates_of_jinja():
    source = """{{ _("One") }} {{ pgettext("task", "Two") }}
{% set words = _('%(n)s more') % {"n": n} %}{{ ngettext("a", "b", n) }} {{ icon("bell") }}"""

    assert list(translations.texts_of_jinja(source)) == [
        ((None, "One"), 1),
        (("task", "Two"), 1),
        ((None, "%(n)s more"), 2),
        ((None, "a"), 2),
    ]
