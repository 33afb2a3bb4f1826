"""What a report is called: on pages, in file names."""

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports import words
from reports.enums import PackForm
from reports.models import Pack, Report


def title(report: Report) -> str:
    """县级审核阶段督查报告, in the active language."""
    return words.document_title(report.kind, report.stage)


def file_name(report: Report) -> str:
    """东乡族自治县 县级审核阶段督查报告 2026年第3期.pdf, in the language of the report."""
    with translation.override(report.language):
        name = _("%(unit)s %(title)s %(year)s no. %(issue)s") % {
            "unit": report.organisation,
            "title": title(report),
            "year": timezone.localdate(report.frozen_at).year,
            "issue": report.issue,
        }
    return clean(name) + ".pdf"


def pack_title(pack: Pack) -> str:
    """甘肃省 县级审核阶段督查报告汇编, in the active language."""
    return pgettext("pack", "%(unit)s: reports on the %(stage)s stage") % {
        "unit": pack.organisation,
        "stage": words.stage_title(pack.stage),
    }


def pack_file_name(pack: Pack, form: str) -> str:
    """甘肃省 县级审核阶段督查报告汇编.zip, in the language of the pack."""
    with translation.override(pack.language):
        return clean(pack_title(pack)) + (".zip" if form == PackForm.ZIP else ".pdf")


def clean(name: str) -> str:
    """Without what a file system does not take."""
    return "".join("-" if sign in '\\/:*?"<>|' else sign for sign in name).strip()
