"""Why an act on the index system or on a code list did not happen."""

from teachers.refusals import NotAllowed, Refusal


class NotTheKeeper(NotAllowed):
    code = "not_the_keeper"


class Published(Refusal):
    code = "version_is_published"


class ChangedMeanwhile(Refusal):
    code = "draft_changed_meanwhile"


class KeyTaken(Refusal):
    code = "key_taken"


class NothingChanged(Refusal):
    code = "nothing_changed"


class Unsound(Refusal):
    """What was described does not hold together; the message says where."""

    code = "unsound"


class ValueStays(Refusal):
    """A value of a code list cannot be ended like that."""

    code = "value_stays"
