"""Values on which code of the register branches."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
    MANAGER = "manager", _("Campaign manager")
    SUPERVISOR = "supervisor", _("Supervisor")
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
    LEFT = "left", _("Left")
