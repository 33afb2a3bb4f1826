"""The sections of a document, in order and numbered: which there are depends on the figures."""

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.enums import StageKind
from reports import words
from reports.conclusions import grouped
from reports.sections import (
    behind,
    campaign,
    closing,
    ethnic,
    exceptions,
    key_figures,
    method,
    people,
    preparation,
    problems,
    returns,
    sampling,
    units,
    work,
)
from reports.sections.blocks import Block, Section

#: More conclusions than this are set closer, so that they stay on their page.
MOST_AT_EASE = 12


def sections(figures: dict) -> list[Section]:
    prepares = figures["stage"]["kind"] == StageKind.PREPARATION
    found = [_conclusions(figures, prepares), *(_prepare if prepares else _pass)(figures)]
    found.append(
        Section("method", pgettext("report", "How the figures are counted"), method.blocks(figures))
    )
    for number, section in enumerate(found, start=1):
        section.number = words.ordinal(number)
        section.blocks = _numbered(section.blocks, number)
    return found


def _numbered(blocks: list[Block], section: int) -> list[Block]:
    """The titled ones among the blocks of a section under numbers of their own."""
    found, number = [], 0
    for block in blocks:
        number += bool(block.title)
        name = words.sub_ordinal(section, number) if block.title else ""
        found.append(replace(block, number=name))
    return found


def _conclusions(figures: dict, prepares: bool) -> Section:
    boxes = (preparation if prepares else key_figures).boxes(figures)
    groups = grouped(figures)
    tight = sum(len(points) for _title, points in groups) > MOST_AT_EASE
    points = Block("conclusions", {"groups": groups, "tight": tight})
    return Section("conclusions", pgettext("report", "Conclusions"), [boxes, points], page=True)


def _prepare(figures: dict) -> list[Section]:
    return [
        Section(
            "units",
            pgettext("report", "Readiness by unit"),
            preparation.units(figures),
            page=True,
        ),
        Section("behind", _("Who is still to be named"), preparation.lacking(figures)),
    ]


def _pass(figures: dict) -> list[Section]:
    found = [
        Section("key", pgettext("report", "Key figures"), key_figures.blocks(figures), page=True)
    ]
    if figures["stages"]:
        found.append(
            Section("stages", pgettext("report", "The stages in a row"), campaign.blocks(figures))
        )
    if figures["ethnic"]:
        found.append(
            Section("ethnic", pgettext("report", "Ethnic education"), ethnic.blocks(figures))
        )
    found.append(
        Section("units", pgettext("report", "Ranking of units"), units.blocks(figures))
        if figures["groups"]
        else Section("units", pgettext("report", "Progress by unit"), units.blocks(figures))
    )
    if figures["results"]:
        found.append(
            Section("published", pgettext("report", "What was published"), closing.blocks(figures))
        )
    return [section for section in found + _quality(figures) if section.blocks]


def _quality(figures: dict) -> list[Section]:
    return [
        Section("behind", pgettext("report", "Who is behind"), behind.blocks(figures)),
        Section("returns", pgettext("report", "Returns and rework"), returns.blocks(figures)),
        Section(
            "problems", pgettext("report", "Problem data and checks"), problems.blocks(figures)
        ),
        Section("work", pgettext("report", "Work of the reviewers"), work.blocks(figures)),
        Section("sampling", pgettext("report", "Sampling"), sampling.blocks(figures)),
        Section(
            "exceptions", pgettext("report", "Exceptions to the rule"), exceptions.blocks(figures)
        ),
        Section("people", pgettext("report", "The teachers recorded"), people.blocks(figures)),
    ]
