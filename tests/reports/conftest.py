import random
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings

from reports import documents, jobs, verification_codes
from reports.figures import fingerprint
from teachers.models import Code, CodeList
from tests import rounds
from workflows.enums import Verdict


@pytest.fixture(autouse=True)
def _codes(db):
    """The two lists that reports look up."""
    for key, code, name, name_en in [
        ("return_reason", "01", "证件不一致", "Document does not match"),
        ("gb3304_ethnic", "03", "回族", "Hui"),
    ]:
        code_list, _made = CodeList.objects.get_or_create(key=key, defaults={"name": key})
        if not code_list.codes.exists():
            Code.objects.create(
                code_list=code_list, code=code, name=name, name_en=name_en, position=1
            )


#: What `drawn_once` keeps: documents by all that they are drawn from.
_drawn: dict[tuple, documents.Document] = {}


@pytest.fixture
def drawn_once(monkeypatch, now):
    """For tests that are about something else: the same figures give the same bytes (see
    test_documents.py), so a process draws each document once. Every test draws its codes by the
    same lot, and jobs count their figures at the same moment, a week after the launch."""
    draw, later = documents.pdf, now + timedelta(days=7)
    monkeypatch.setattr(verification_codes, "secrets", random.Random(1))
    monkeypatch.setattr(jobs, "timezone", SimpleNamespace(now=lambda: later))

    def drawn_before(figures, *, issue, language, code="", told=None):
        asked = (
            fingerprint(figures),
            issue,
            language,
            code,
            settings.SITE_URL,
            settings.PRODUCTION,
        )
        if asked not in _drawn:
            _drawn[asked] = draw(figures, issue=issue, language=language, code=code, told=told)
        elif told is not None:
            told(_drawn[asked].pages)
        return _drawn[asked]

    monkeypatch.setattr(documents, "pdf", drawn_before)


@pytest.fixture
def early(cast, now) -> rounds.Round:
    """A campaign in collection with nothing filed."""
    return rounds.launched(cast, now)


@pytest.fixture
def under_way(early, cast) -> rounds.Round:
    """Half-way through, five days after the launch.

    Approved by the province: first_school. Returned by the county and still with the school:
    second_school. Past its county: neighbour_school. At the university: attached_school.
    Not begun: kindergarten, city_school, university, department_school.
    """
    early.add_people(cast.first_school, cast.school_clerk, 7)
    early.add_people(cast.second_school, cast.second_clerk, 3)
    early.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    early.at += timedelta(days=1)
    early.hand_in(cast.second_school, cast.second_clerk, cast.second_head)
    early.hand_in(cast.neighbour_school, cast.neighbour_clerk, cast.neighbour_head)
    early.at += timedelta(days=1)
    early.send_back(cast.second_school, cast.county_reviewer)
    early.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    early.decide(cast.neighbour_school, cast.neighbour_reviewer, Verdict.APPROVE)
    early.at += timedelta(days=2)
    early.decide(cast.first_school, cast.city_reviewer, Verdict.APPROVE)
    early.hand_in(cast.attached_school, cast.attached_clerk, cast.attached_head)
    early.at += timedelta(days=1)
    early.decide(cast.first_school, cast.province_reviewer, Verdict.APPROVE)
    return early
