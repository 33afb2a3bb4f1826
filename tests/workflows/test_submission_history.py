"""What a bulk statement changes is in the history, row by row; what it leaves alone is not."""

import pghistory
from django.db.models import Case, F, IntegerField, Value, When

from campaigns.models import Submission
from workflows.enums import Verdict


def history(submission: Submission) -> list[tuple]:
    events = submission.events.order_by("pgh_id")
    return list(events.values_list("pgh_label", "state", "attempt", "records_count"))


def test_one_statement_over_many_keeps_a_row_for_each_that_it_changed(round):
    cast = round.cast
    changed = round.submission(cast.first_school)
    left_alone = round.submission(cast.second_school)

    with pghistory.context(why="更正"):
        Submission.objects.update(
            records_count=Case(
                When(pk=changed.pk, then=Value(7)),
                default=F("records_count"),
                output_field=IntegerField(),
            )
        )

    assert history(changed) == [("update", "draft", 0, 7)]
    assert history(left_alone) == []
    assert changed.events.get().pgh_context.metadata == {"why": "更正"}


def test_an_update_that_changes_nothing_keeps_nothing(round):
    Submission.objects.update(attempt=F("attempt"))
    Submission.objects.filter(pk=0).update(attempt=9)

    assert [history(one) for one in Submission.objects.all()] == [[]] * Submission.objects.count()


def test_the_way_of_a_submission_is_in_its_history(round):
    cast = round.cast
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    round.send_back(cast.first_school, cast.county_reviewer)
    round.decide(cast.first_school, cast.school_clerk, Verdict.SUBMIT)

    kept = history(round.submission(cast.first_school))
    assert [row[1:3] for row in kept if row[1] != "draft"] == [
        ("signing", 1),
        ("county_review", 1),
        ("returned", 1),
        ("signing", 2),
    ]
