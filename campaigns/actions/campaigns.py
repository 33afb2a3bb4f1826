"""Drawing up a campaign."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from campaigns import policies
from campaigns.enums import StageKind
from campaigns.models import Campaign, CampaignStage
from teachers.enums import OrganiserKind, SchoolKind
from teachers.models import IndexVersion, IndicatorSet, Organisation, Post, User
from teachers.refusals import NotAllowed, Refusal

Days = tuple[date, date]


class NotTheManager(NotAllowed):
    code = "not_the_manager"


class CodeTaken(Refusal):
    code = "campaign_code_taken"


class WrongTimetable(Refusal):
    code = "wrong_timetable"


class WrongScope(Refusal):
    code = "wrong_scope"


class WrongQuestions(Refusal):
    code = "wrong_questions"


def everything_asked(index_version: IndexVersion, school_kinds: Iterable[str]) -> dict:
    """All sub-sets of each form, in the order of the index system: the usual `asked`."""
    kinds = list(school_kinds)
    asked: dict[str, list[str]] = {kind: [] for kind in kinds}
    for subset in IndicatorSet.objects.filter(version=index_version).order_by("position", "id"):
        for kind in kinds:
            if kind in subset.school_kinds:
                asked[kind].append(subset.key)
    return asked


def create_campaign(
    *,
    code: str,
    name: str,
    name_en: str,
    organisation: Organisation,
    index_version: IndexVersion,
    scope: Iterable[Organisation],
    school_kinds: Sequence[str],
    organiser_kinds: Sequence[str],
    asked: Mapping[str, Sequence[str]],
    stages: Mapping[StageKind, Days],
    by: User,
    post: Post,
    at: datetime,
    counts_contract_staff: bool = True,
    post_categories: Sequence[str] = ("1", "2", "3"),
    return_days: int = 5,
    sampling_share: int = 0,
    sampling_least: int = 5,
    sampling_limit: int = 5,
) -> Campaign:
    """Write a campaign in draft with its scope and its six stages; nobody is asked yet.

    sampling_share and sampling_limit are in percent; a share of 0 asks for no samples.
    Raises NotTheManager, CodeTaken, WrongTimetable, WrongScope, WrongQuestions.
    """
    if not policies.may_create_campaign(post, organisation) or post.user_id != by.pk:
        raise NotTheManager(
            _("Only the campaign manager of %(unit)s can draw up a campaign for it.")
            % {"unit": organisation}
        )
    scope = list(scope)
    _check_scope(organisation, scope, school_kinds, organiser_kinds)
    _check_questions(index_version, school_kinds, asked)
    _check_timetable(stages)
    with transaction.atomic():
        campaign = _insert(
            code=code,
            name=name,
            name_en=name_en,
            organisation=organisation,
            index_version=index_version,
            school_kinds=list(school_kinds),
            organiser_kinds=list(organiser_kinds),
            asked={kind: list(asked[kind]) for kind in school_kinds},
            counts_contract_staff=counts_contract_staff,
            post_categories=list(post_categories),
            return_days=return_days,
            sampling_share=sampling_share,
            sampling_least=sampling_least,
            sampling_limit=sampling_limit,
            created_by=by,
            created_at=at,
        )
        campaign.scope.set(scope)
        CampaignStage.objects.bulk_create(
            CampaignStage(
                campaign=campaign,
                kind=kind,
                position=position,
                starts_on=stages[kind][0],
                ends_on=stages[kind][1],
            )
            for position, kind in enumerate(StageKind)
        )
    return campaign


def _insert(*, code: str, **values) -> Campaign:
    try:
        with transaction.atomic():
            return Campaign.objects.create(code=code, **values)
    except IntegrityError as error:
        if not Campaign.objects.filter(code=code).exists():
            raise
        raise CodeTaken(
            _("The code “%(code)s” belongs to another campaign. Choose another code.")
            % {"code": code}
        ) from error


def _check_scope(
    organisation: Organisation,
    scope: list[Organisation],
    school_kinds: Sequence[str],
    organiser_kinds: Sequence[str],
) -> None:
    if not scope or not school_kinds or not organiser_kinds:
        raise WrongScope(_("Choose at least one organisation, one form and one kind of organiser."))
    outside = next((unit for unit in scope if not organisation.contains(unit)), None)
    if outside is not None:
        raise WrongScope(
            _("%(unit)s is not below %(top)s. Take it out of the scope.")
            % {"unit": outside, "top": organisation}
        )
    known = {*SchoolKind.values, *OrganiserKind.values}
    for value in (*school_kinds, *organiser_kinds):
        if value not in known:
            raise WrongScope(_("“%(value)s” is not a form or organiser.") % {"value": value})


def _check_questions(
    index_version: IndexVersion, school_kinds: Sequence[str], asked: Mapping[str, Sequence[str]]
) -> None:
    offered = everything_asked(index_version, school_kinds)
    for kind in school_kinds:
        keys = list(asked.get(kind) or ())
        unknown = next((key for key in keys if key not in offered[kind]), None)
        if unknown is not None:
            raise WrongQuestions(
                _("The form “%(form)s” has no sub-set “%(key)s”.")
                % {"form": SchoolKind(kind).label, "key": unknown}
            )
        if "basic" not in keys:
            raise WrongQuestions(
                _("Ask the form “%(form)s” at least for the basic information.")
                % {"form": SchoolKind(kind).label}
            )


def _check_timetable(stages: Mapping[StageKind, Days]) -> None:
    """All six stages, each ending before the next begins."""
    before = None
    for kind in StageKind:
        if kind not in stages:
            raise WrongTimetable(
                _("Give the stage “%(stage)s” a first and a last day.") % {"stage": kind.label}
            )
        first, last = stages[kind]
        if last < first:
            raise WrongTimetable(
                _("The stage “%(stage)s” ends before it begins.") % {"stage": kind.label}
            )
        if before is not None and first <= stages[before][1]:
            raise WrongTimetable(
                _("“%(stage)s” must begin after the last day of “%(before)s”.")
                % {"stage": kind.label, "before": before.label}
            )
        before = kind
