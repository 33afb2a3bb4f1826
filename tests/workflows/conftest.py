import pytest

from teachers.models import Code, CodeList


@pytest.fixture(autouse=True)
def _reasons(db):
    """The list of reasons for a return, should the reference data not hold it."""
    reasons, _made = CodeList.objects.get_or_create(
        key="return_reason", defaults={"name": "退回原因"}
    )
    if not reasons.codes.exists():
        Code.objects.create(code_list=reasons, code="01", name="证件不一致", position=1)
