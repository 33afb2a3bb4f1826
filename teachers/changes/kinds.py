"""What each kind of change asks for, and whom it may concern (standards.md, section 2)."""

from dataclasses import dataclass

from teachers.enums import ChangeKind, EmploymentKind, FileStatus
from teachers.models import Organisation

Kind, Status = ChangeKind, FileStatus

#: Indicators of the sub-set "basic" that say who a person is: changed by KEY_CORRECTION only.
KEY_FIELDS = ("name", "sex", "birth_date", "ethnic")
#: How a held field is called; the identity document is not part of a document.
IDENTITY, EMPLOYMENT, STATUS = "identity", "employment", "status"
#: A death waits for no other request: it holds nothing that another one does.
DEATH = "death"
#: Indicators that follow from changes of their own kind or from other values.
NOT_CORRECTED = (*KEY_FIELDS, "id_type", "id_no", "person_status")
#: What is asked of somebody new; everything else follows by correction or in a campaign.
HIRE_SETS = ("basic", "learning", "work", "post", "title", "qualification", "contact")

IN_SERVICE = (Status.ACTIVE, Status.AWAY)
GONE = (Status.RETIRED, Status.LEFT)
TRANSFERS = (Kind.TRANSFER_WITHIN, Kind.TRANSFER_COUNTIES, Kind.TRANSFER_CITIES)
ARRIVALS = (Kind.HIRE, Kind.TRANSFER_IN)
CORRECTIONS = (Kind.CORRECTION, Kind.KEY_CORRECTION)

#: Code of list "person_status" to the coarse status of a file; 1xx in post, 2xx not at the post.
STATUS_OF = {
    "301": Status.RETIRED,
    "302": Status.RETIRED,
    "303": Status.DECEASED,
    "306": Status.LEFT,
    "307": Status.LEFT,
    "308": Status.LEFT,
}
#: At work in another place by order or loan: still in service.
ELSEWHERE_IN_SERVICE = ("201", "202", "205")


@dataclass(frozen=True)
class Asked:
    """What a change of one kind asks.

    of: where a file must stand to be changed like this. counterpart: the other school must be
    named. outside: a place outside the tree is named ("needed", "instead" of a counterpart, "").
    until: a last day ("needed", "allowed", ""). statuses: codes of person_status to choose from,
    the first is the usual one. reason: words are needed. beside: the employment that it opens.
    """

    of: tuple[Status, ...] = IN_SERVICE
    counterpart: bool = False
    outside: str = ""
    until: str = ""
    statuses: tuple[str, ...] = ()
    reason: bool = False
    beside: EmploymentKind | None = None


_TRANSFER = Asked(counterpart=True, statuses=("100",))
_ALL = (*IN_SERVICE, *GONE, Status.DECEASED)
ASKED = {
    Kind.HIRE: Asked(of=GONE, statuses=("100",)),
    Kind.CORRECTION: Asked(of=_ALL),
    Kind.KEY_CORRECTION: Asked(of=_ALL, reason=True),
    Kind.TRANSFER_WITHIN: _TRANSFER,
    Kind.TRANSFER_COUNTIES: _TRANSFER,
    Kind.TRANSFER_CITIES: _TRANSFER,
    Kind.TRANSFER_IN: Asked(of=GONE, outside="needed", statuses=("100",)),
    Kind.TRANSFER_OUT: Asked(outside="needed", statuses=("307",)),
    Kind.SECONDMENT: Asked(
        of=(Status.ACTIVE,),
        outside="instead",
        until="needed",
        statuses=("202", "201"),
        beside=EmploymentKind.SECONDMENT,
    ),
    Kind.ROTATION: Asked(
        of=(Status.ACTIVE,),
        counterpart=True,
        until="needed",
        statuses=("205",),
        beside=EmploymentKind.ROTATION,
    ),
    Kind.LEAVE: Asked(
        of=(Status.ACTIVE,),
        until="allowed",
        statuses=("203", "204", "206", "207", "208", "209", "210", "211", "299"),
    ),
    Kind.RETURN: Asked(statuses=("100",)),
    Kind.RETIREMENT: Asked(statuses=("301", "302")),
    Kind.RESIGNATION: Asked(statuses=("306", "307")),
    Kind.DISMISSAL: Asked(statuses=("308",), reason=True),
    Kind.DEATH: Asked(of=(*IN_SERVICE, *GONE), statuses=("303",)),
}
#: These begin with the school where the person is going, not with the one where the file is.
ASKED_BY_THE_RECEIVER = (*TRANSFERS, *ARRIVALS)
#: After these the person works at no school of the province.
EXITS = (Kind.TRANSFER_OUT, Kind.RETIREMENT, Kind.RESIGNATION, Kind.DISMISSAL, Kind.DEATH)
#: What a person may ask for about the own file.
PROPOSED_BY_TEACHERS = CORRECTIONS


def status_of(code: str) -> Status:
    """The coarse status behind a code of person_status; one on loan is still in service."""
    if code in STATUS_OF:
        return STATUS_OF[code]
    away = code.startswith("2") and code not in ELSEWHERE_IN_SERVICE
    return Status.AWAY if away else Status.ACTIVE


def transfer_kind(releasing: Organisation, receiving: Organisation) -> ChangeKind:
    """Which transfer it is, from where both schools stand in the tree.

    Under one authority if one body manages both (or one of them manages the other); across
    cities if only the province stands above both; else across counties.
    """
    shared = 0
    for one, other in zip(releasing.path.split("/"), receiving.path.split("/"), strict=False):
        if one != other or not one:
            break
        shared += 1
    if releasing.parent_id == receiving.parent_id or shared > min(releasing.depth, receiving.depth):
        return Kind.TRANSFER_WITHIN
    return Kind.TRANSFER_CITIES if shared <= 1 else Kind.TRANSFER_COUNTIES


def held_fields(kind: ChangeKind, values: dict, *, identity: bool) -> list[str]:
    """What a change holds while it is on its way, sorted: "basic.marital", "learning", "status".

    values: a document of the changed sub-sets only. identity: whether the document number changes.
    """
    if kind not in CORRECTIONS:
        return [DEATH] if kind == Kind.DEATH else [EMPLOYMENT, STATUS]
    held = {IDENTITY} if identity else set()
    for set_key, part in values.items():
        held.update([set_key] if isinstance(part, list) else (f"{set_key}.{key}" for key in part))
    return sorted(held)
