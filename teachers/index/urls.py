"""Addresses of the index system and the code lists."""

from django.urls import path

from teachers.views import code_lists, index, index_items

addresses = [
    path("index/", index.index_versions, name="index_versions"),
    path("index/<slug:code>/", index.index_version, name="index_version"),
    path("index/<slug:code>/draft/", index.make_draft, name="index_draft"),
    path("index/<slug:code>/differences/", index.differences, name="index_differences"),
    path("index/<slug:code>/publish/", index.publish, name="index_publish"),
    path("index/<slug:code>/discard/", index.discard, name="index_discard"),
    path("index/<slug:code>/<slug:kind>.schema.json", index.form_schema, name="form_schema"),
    path("index/<slug:code>/new-set/", index_items.set_new, name="index_set_new"),
    path(
        "index/<slug:code>/sets/<slug:set_key>/",
        index_items.indicator_new,
        name="index_indicator_new",
    ),
    path(
        "index/<slug:code>/sets/<slug:set_key>/retire/",
        index_items.set_retire,
        name="index_set_retire",
    ),
    path(
        "index/<slug:code>/sets/<slug:set_key>/indicators/<slug:key>/",
        index_items.indicator,
        name="index_indicator",
    ),
    path(
        "index/<slug:code>/sets/<slug:set_key>/indicators/<slug:key>/retire/",
        index_items.indicator_retire,
        name="index_indicator_retire",
    ),
    path(
        "index/<slug:code>/sets/<slug:set_key>/indicators/<slug:key>/restore/",
        index_items.indicator_restore,
        name="index_indicator_restore",
    ),
    path("code-lists/", code_lists.code_lists, name="code_lists"),
    path("code-lists/<slug:key>/", code_lists.code_list, name="code_list"),
    path("code-lists/<slug:key>/add/", code_lists.value_add, name="code_value_add"),
    path("code-lists/<slug:key>/<slug:code>/end/", code_lists.value_end, name="code_value_end"),
]
