"""How long there is still time, in working days of the reader's office."""

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from teachers.models import SpecialDay
from teachers.working_days import Calendar
from workflows.models import Task
from workflows.templatetags.desk import due_words

FRIDAY, SATURDAY, MONDAY = date(2026, 12, 4), date(2026, 12, 5), date(2026, 12, 7)


@pytest.mark.parametrize(
    ("due", "today", "chinese", "english"),
    [
        (FRIDAY, FRIDAY, "今天", "Today"),
        (MONDAY, FRIDAY, "剩 1 个工作日", "1 working day left"),
        (date(2026, 12, 11), FRIDAY, "剩 5 个工作日", "5 working days left"),
        (SATURDAY, FRIDAY, "已无工作日", "No working day left"),
        (FRIDAY, SATURDAY, "逾期", "Overdue"),
        (FRIDAY, MONDAY, "逾期 1 个工作日", "1 working day overdue"),
        (FRIDAY, date(2026, 12, 9), "逾期 3 个工作日", "3 working days overdue"),
    ],
)
def test_time_left_and_time_over_are_said_in_working_days(due, today, chinese, english):
    said = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said.append(due_words(due, today, Calendar()))

    assert said == [chinese, english]


def test_the_inbox_counts_by_the_calendar_of_the_reader_s_office(round, cast, client):
    """The county rests for all of the coming week but its last day."""
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    today = timezone.localdate()
    for days in range(1, 8):
        SpecialDay.objects.create(
            organisation=cast.county,
            day=today + timedelta(days=days),
            is_working=days == 7,
            name="节日",
        )
    Task.objects.open().update(due_date=today + timedelta(days=7))
    client.force_login(cast.county_reviewer.user)

    assert "剩 1 个工作日" in client.get("/inbox/").content.decode()
