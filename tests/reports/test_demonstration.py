"""The demonstration: a whole round through a small province, by the actions the pages use."""

import json

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from campaigns.models import Campaign, Submission
from reports import demonstration
from teachers.models import Teacher, TeacherNumber
from tests.invariants import violations
from workflows.demonstration import CODE, new_round
from workflows.enums import SampleVerdict, Verdict
from workflows.models import Correction, Decision, SampledRecord, Task
from workflows.verification import verify


@pytest.fixture
def _in_a_folder_of_its_own(transactional_db, reference, settings, tmp_path):
    settings.VAR_DIR = tmp_path


def demo(capsys) -> dict:
    """Run the command without serving; its last line."""
    call_command("demo", "--headless", "--scale", "0.001")
    return json.loads(capsys.readouterr().out.splitlines()[-1])


@pytest.mark.usefixtures("_in_a_folder_of_its_own")
def test_a_whole_round_reaches_its_end_with_reports_and_can_be_shown_again(capsys, now):
    told = demo(capsys)

    schools = Submission.objects.filter(campaign__code=CODE)
    assert set(schools.values_list("state", flat=True)) == {"approved"}
    assert told["submissions"]["approved"] == schools.count() == told["schools"]
    of_the_round = Decision.objects.filter(case__campaign__code=CODE)
    assert told["decisions"] == told["tasks"] == of_the_round.count()
    assert told["changes"] == {"key_correction": 1, "transfer_counties": 1, "retirement": 1}
    assert told["problems"]["settled_by_a_city"] == told["problems"]["settled"] == 1
    assert told["returns"] == Decision.objects.filter(verdict=Verdict.RETURN).count() > 0
    assert schools.filter(attempt__gt=1).exists()
    assert SampledRecord.objects.filter(verdict=SampleVerdict.WRONG).exists()
    lines = Correction.objects.sent()
    assert lines.exists()
    assert not lines.unanswered().exists()
    for row in SampledRecord.objects.filter(verdict=SampleVerdict.WRONG).select_related("draw"):
        decided = Decision.objects.filter(case__submission=row.submission_id, at__gt=row.judged_at)
        after = decided.filter(organisation=row.draw.organisation_id).earliest("sequence")
        assert (after.verdict, after.to_position) == ("return", 0)
    assert told["teacher_numbers_issued"] == TeacherNumber.objects.count() == told["teachers"]
    assert not Teacher.objects.filter(number=None).exists()
    assert violations() == {}
    verified = verify()
    assert (verified.decisions, verified.seals) == (Decision.objects.count(), 6)
    texts = [PdfReader(path).pages[1].extract_text() for path in told["reports"]]
    assert len(texts) == 24
    assert all("演示数据" in text for text in texts)

    again = demo(capsys)

    assert {**again, "seconds": told["seconds"], "reports": sorted(again["reports"])} == {
        **told,
        "reports": sorted(told["reports"]),
    }

    demonstration.open_second_round(stream=None)

    steps = set(Task.objects.open().values_list("step", flat=True))
    assert {"fill", "county_review", "city_review", "county_check"} <= steps
    assert violations() == {}


@pytest.mark.usefixtures("_in_a_folder_of_its_own")
def test_an_interrupted_round_says_how_to_begin_again(cast, now):
    new_round(last_day=now.date())
    assert Campaign.objects.get().code == CODE

    with pytest.raises(CommandError, match="empty database"):
        call_command("demo", "--headless", "--scale", "0.001")
