"""The sampling desk: drawing before a bulk approval, opening what was drawn, judging it."""

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Campaign
from teachers.models import Post, User
from teachers.policies import acts_under
from teachers.refusals import NotAllowed, Refusal
from teachers.retrying import whole
from workflows import sampling, sampling_population, separation
from workflows import sampling_statements as statements
from workflows.enums import DocumentKind, SampleVerdict
from workflows.models import Draw, SampledRecord, Task
from workflows.policies import draws_samples
from workflows.screening import WORKING, Candidate, candidates

LONGEST = 500


class NotYourSample(NotAllowed):
    code = "not_your_sample"


class CannotDraw(Refusal):
    code = "cannot_draw"


class CannotJudge(Refusal):
    code = "cannot_judge"


class AlreadyJudged(Refusal):
    code = "already_judged"


@whole
def draw(
    campaign: Campaign, *, by: User, post: Post, at: datetime, seed: str | None = None
) -> Draw:
    """Draw a sample of what waits on the post's desk with nothing found in it.

    Drawn from: the submissions without findings that no earlier draw of this desk lets pass (see
    sampling_statements.py), weighted by their risks; of each one drawn, one record has to be opened
    and judged. The share and the least number are the campaign's; where fewer wait, all are drawn.
    While a draw has something open, asking again gives that one back, also to two who ask at once.
    seed: 32 hex digits, to play something again; otherwise by chance.
    Raises NotYourSample, CannotDraw.
    """
    if not draws_samples(post) or not acts_under(post, by):
        raise NotYourSample(_("The desk that approves in bulk draws its own sample."))
    known = newest(campaign, post)
    if known is not None and not statements.found_in([known.pk])[known.pk].is_finished:
        return known
    _refuse_idle(campaign)
    _refuse_faulty(statements.on_desk(post, campaign.pk).faulty)
    found = sampling_population.drawable(post, campaign.pk, on=timezone.localdate(at))
    if not found:
        raise CannotDraw(_("Nothing waits on your desk that could be drawn."))
    new = Draw(
        campaign=campaign,
        organisation=post.organisation,
        role=post.role,
        step=_step(campaign, post),
        number=known.number + 1 if known else 1,
        seed=seed or secrets.token_hex(16),
        population=[list(one.member) for one in found],
        population_count=len(found),
        share=campaign.sampling_share,
        least=campaign.sampling_least,
        limit=campaign.sampling_limit,
        by=by,
        post=post,
        at=at,
    )
    try:
        with transaction.atomic():
            new.save()
    except IntegrityError:
        return newest(campaign, post)
    _write_records(new, found)
    return new


def newest(campaign: Campaign, post: Post) -> Draw | None:
    """The newest draw of the post's desk in a campaign, without what it was drawn from."""
    draws = Draw.objects.filter(
        campaign=campaign, organisation=post.organisation_id, role=post.role
    )
    return draws.defer("population").order_by("-number").first()


def _refuse_idle(campaign: Campaign) -> None:
    if not campaign.sampling_share:
        raise CannotDraw(_("“%(campaign)s” asks for no sample.") % {"campaign": campaign})
    if campaign.state not in WORKING:
        raise CannotDraw(
            _("“%(campaign)s” does not run: there is nothing to draw.") % {"campaign": campaign}
        )


def _refuse_faulty(faulty: int) -> None:
    """Otherwise a draw that failed could be drawn again until chance lets it pass."""
    if faulty:
        raise CannotDraw(
            ngettext(
                "%(count)d submission in which the sample found an error still lies on your desk: "
                "return it, or decide it on its own page, and draw again from the rest.",
                "%(count)d submissions in which the sample found an error still lie on your desk: "
                "return them, or decide each on its own page, and draw again from the rest.",
                faulty,
            )
            % {"count": faulty}
        )


def _step(campaign: Campaign, post: Post) -> str:
    """The step that the desk does in a campaign; a desk has only one."""
    lying = (
        Task.objects.open()
        .on_submissions()
        .filter(organisation=post.organisation_id, role=post.role, campaign=campaign)
    )
    return lying.values_list("step", flat=True)[0]


def _write_records(new: Draw, found: list[sampling_population.Drawable]) -> None:
    drawn = repeat(new)
    records = sampling_population.pick_records(drawn, new.seed)
    risks = {one.submission: one.risks for one in found}
    SampledRecord.objects.bulk_create(
        SampledRecord(
            draw=new,
            position=position,
            submission_id=one.submission,
            attempt=one.attempt,
            record_id=records[one.submission][0],
            name=records[one.submission][1],
            weight=one.weight,
            risks=risks[one.submission],
        )
        for position, one in enumerate(drawn)
    )


def repeat(done: Draw) -> list[sampling.Member]:
    """The draw made again from what is kept of it: its seed and what it was drawn from."""
    members = [sampling.Member(*one) for one in done.population]
    return sampling.draw(members, seed=done.seed, share=done.share, least=done.least)


@whole
def open_sampled(sampled: SampledRecord, *, by: User, post: Post, at: datetime) -> bool:
    """Note that somebody of the desk has the record before the eyes; the first one stays noted.

    Returns whether the person may judge it: who had a part in the submission may not, and does not
    count as having opened it. Raises NotYourSample.
    """
    row, candidate = _of_desk(sampled, by=by, post=post, at=at)
    if candidate.conflicts or row.verdict:
        return not row.verdict and not candidate.conflicts
    if row.opened_at is None:
        row.opened_by, row.opened_at = by, at
        row.save(update_fields=["opened_by", "opened_at"])
    return True


@whole
def judge(
    sampled: SampledRecord,
    *,
    verdict: SampleVerdict,
    words: str = "",
    by: User,
    post: Post,
    at: datetime,
) -> SampledRecord:
    """Say that an opened record is right or wrong; what is wrong has words. Said once.

    Locks the sampled record, so of two colleagues at once the second is told what the first said.
    Raises NotYourSample, AlreadyJudged, CannotJudge.
    """
    row, candidate = _of_desk(sampled, by=by, post=post, at=at)
    words = " ".join(words.split())[:LONGEST]
    _refuse_judged(row)
    if candidate.conflicts:
        raise CannotJudge(separation.sentence(candidate.conflicts))
    if statements.standings([row.pk])[row.pk] != "open":
        raise CannotJudge(_("The school has this one again: it is not judged any more."))
    if row.opened_at is None:
        raise CannotJudge(
            _("Open the record of %(name)s before you judge it.") % {"name": row.name}
        )
    if verdict == SampleVerdict.WRONG and not words:
        raise CannotJudge(_("Say in words what is wrong with it."))
    row.verdict, row.words = SampleVerdict(verdict), words
    row.judged_by, row.judged_at = by, at
    row.save(update_fields=["verdict", "words", "judged_by", "judged_at"])
    return row


def _refuse_judged(row: SampledRecord) -> None:
    if row.verdict:
        raise AlreadyJudged(
            _("%(who)s judged this on %(when)s: %(verdict)s.")
            % {
                "who": row.judged_by,
                "when": date_format(timezone.localtime(row.judged_at), "Y-m-d H:i"),
                "verdict": row.get_verdict_display(),
            }
        )


def _of_desk(
    sampled: SampledRecord, *, by: User, post: Post, at: datetime
) -> tuple[SampledRecord, Candidate]:
    """The row under its lock, and the task that brought it to the desk as this person meets it."""
    row = (
        SampledRecord.objects.select_for_update(of=("self",))
        .select_related("draw", "judged_by")
        .defer("draw__population")
        .get(pk=sampled.pk)
    )
    desk = {"organisation": row.draw.organisation_id, "role": row.draw.role}
    task = Task.objects.filter(process__submission=row.submission_id, **desk).latest("pk")
    candidate = candidates([task.pk], by, at, post=post)[task.pk]
    given = post.delegation
    if (
        (post.organisation_id, post.role) != (row.draw.organisation_id, row.draw.role)
        or not acts_under(post, by)
        or not candidate.holds
        or (given and not given.covers(DocumentKind.SUBMISSION, candidate.own_path))
    ):
        raise NotYourSample(_("The desk that drew this sample judges it."))
    return row, candidate
