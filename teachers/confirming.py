"""A teacher confirms the own file: read, and found right."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from teachers.models import Dossier, DossierRevision, FileConfirmation, Teacher, User
from teachers.refusals import NotAllowed, Refusal


class NotYourFile(NotAllowed):
    code = "not_your_file"


class FileHasChanged(Refusal):
    code = "file_has_changed"


@transaction.atomic
def confirm(revision: DossierRevision, *, by: User, at: datetime) -> FileConfirmation:
    """Note that the teacher has read this revision of the own file and found it right.

    Confirming twice changes nothing the second time. Raises NotYourFile; FileHasChanged when
    another revision is in force by now, for only what was read can be confirmed.
    """
    if by.teacher_id is None or by.teacher_id != revision.teacher_id:
        raise NotYourFile(_("Everybody confirms the own file only."))
    Teacher.objects.select_for_update(of=("self",)).get(pk=revision.teacher_id)
    if not Dossier.objects.filter(teacher=revision.teacher_id, revision=revision).exists():
        raise FileHasChanged(
            _("The file has changed since you opened it. Read it again, then confirm it.")
        )
    confirmation, _new = FileConfirmation.objects.get_or_create(
        revision=revision, defaults={"by": by, "at": at}
    )
    return confirmation
