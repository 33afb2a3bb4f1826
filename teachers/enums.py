"""Values on which code of the register branches."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrganisationKind(models.TextChoices):
    PROVINCE = "province", _("Province")
    CITY = "city", _("City or prefecture")
    COUNTY = "county", _("County or district")
    UNIVERSITY = "university", _("University or college")
    DEPARTMENT = "department", _("Provincial department")
    SCHOOL = "school", _("School")


class SchoolKind(models.TextChoices):
    """The five forms of the index system (standards.md, section 1)."""

    KINDERGARTEN = "K", _("Kindergarten")
    PRIMARY_SECONDARY = "P", _("Primary or secondary school")
    SPECIAL = "S", _("Special school")
    VOCATIONAL = "V", _("Secondary vocational school")
    HIGHER = "H", _("Higher education")


class OrganiserKind(models.TextChoices):
    """Who runs a school: the four kinds named in the Education Law, articles 26 and 27."""

    GOVERNMENT = "government", _("Government")
    ENTERPRISE = "enterprise", _("Enterprise or institution")
    SOCIAL = "social", _("Social organisation")
    CITIZEN = "citizen", _("Citizen")


class Role(models.TextChoices):
    TEACHER = "teacher", _("Teacher")
    CLERK = "clerk", _("School clerk")
    HEAD = "head", _("Head")
    REVIEWER = "reviewer", _("Reviewer")
    CHIEF = "chief", _("Chief")
    MANAGER = "manager", _("Campaign manager")
    SUPERVISOR = "supervisor", _("Supervisor")
    OFFICER = "officer", _("Data protection officer")
    ADMINISTRATOR = "administrator", _("System administrator")


class ValueType(models.TextChoices):
    """Type letters of the index system (reference/README.md)."""

    TEXT = "C", _("Text")
    CODE = "E", _("Code")
    CODES = "M", _("Several codes")
    YES_NO = "B", _("Yes or no")
    DATE = "D", _("Date")
    MONTH = "YM", _("Month")
    YEAR = "Y", _("Year")
    WHOLE = "I", _("Whole number")
    NUMBER = "N", _("Number")
    FILE = "F", _("File")


class Need(models.TextChoices):
    """How strongly an indicator is asked of one kind of school."""

    REQUIRED = "R", _("Required")
    OPTIONAL = "O", _("Optional")
    CONDITIONAL = "C", _("Conditional")
    DERIVED = "D", _("Derived")
    READ_ONLY = "RO", _("Read only")


class VersionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class FileStatus(models.TextChoices):
    """Where the person behind a file stands (coarse form of 人员状态)."""

    ACTIVE = "active", _("In service")
    AWAY = "away", _("On leave")
    RETIRED = "retired", _("Retired")
    LEFT = "left", _("Left")
    DECEASED = "deceased", _("Deceased")
    MERGED = "merged", _("Merged into another file")


class EmploymentKind(models.TextChoices):
    """A person has one primary employment at a time; the others stand beside it."""

    PRIMARY = "primary", _("Primary employment")
    SECONDMENT = "secondment", _("Secondment")
    ROTATION = "rotation", _("Exchange or rotation")


class AttachmentKind(models.TextChoices):
    EVIDENCE = "evidence", _("Evidence")
    PHOTO = "photo", _("Photo")
    REMARK = "remark", _("With a remark")


class ExportState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Being made")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Deleted")


class ChangeKind(models.TextChoices):
    """What a change request asks for (standards.md, section 2: 岗位变动 and 关键信息变更)."""

    HIRE = "hire", _("New hire")
    CORRECTION = "correction", _("Correction of ordinary fields")
    KEY_CORRECTION = "key_correction", _("Correction of key fields")
    TRANSFER_WITHIN = "transfer_within", _("Transfer under one authority")
    TRANSFER_COUNTIES = "transfer_counties", _("Transfer across counties")
    TRANSFER_CITIES = "transfer_cities", _("Transfer across cities")
    TRANSFER_IN = "transfer_in", _("Transfer into the province")
    TRANSFER_OUT = "transfer_out", _("Transfer out of the province")
    SECONDMENT = "secondment", _("Secondment")
    ROTATION = "rotation", _("Exchange or rotation")
    LEAVE = "leave", pgettext_lazy("change of a file", "Leave")
    RETURN = "return", _("Return from leave")
    RETIREMENT = "retirement", _("Retirement")
    RESIGNATION = "resignation", _("Resignation")
    DISMISSAL = "dismissal", _("Dismissal")
    DEATH = "death", _("Death")


class ChangeState(models.TextChoices):
    DRAFT = "draft", _("Being prepared")
    SIGNING = "signing", _("Waiting for the head")
    COUNTY_REVIEW = "county_review", _("In county review")
    CITY_REVIEW = "city_review", _("In city review")
    AUTHORITY_REVIEW = "authority_review", _("In university or department review")
    PROVINCE_REVIEW = "province_review", _("In province review")
    RELEASING = "releasing", _("With the other school")
    RELEASING_REVIEW = "releasing_review", _("With the other school's authority")
    SUPERIOR_REVIEW = "superior_review", _("With the common superior")
    APPROVED = "approved", _("Approved, waits for its day")
    IN_FORCE = "in_force", _("In force")
    RETURNED = "returned", _("Returned")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Reach(models.TextChoices):
    """How far up its own line a kind of change goes before it is approved."""

    SCHOOL = "school", _("The school itself")
    NEAREST = "nearest", _("The managing authority")
    FULL = "full", _("The whole line up to the province")
