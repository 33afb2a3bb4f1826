"""Taking in, keeping and giving out the files that people hand in: evidence and photos.

The content lies sealed under ATTACHMENTS_ROOT, in a file named by a random key, never by what the
sender calls it. It is written beside its place and renamed, before the row: a row always has its
content; a content whose row was rolled back is an orphan that `sweep` takes away.
"""

import base64
import hashlib
import os
import tempfile
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path, PurePath

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from teachers import access, identity, media
from teachers.enums import AttachmentKind
from teachers.media import FileRefused
from teachers.models import Attachment, Organisation, Post, User
from teachers.policies import acts_under, may_attach
from teachers.refusals import NotAllowed, Refusal

NAME_LENGTH = 200
PHOTO = ("basic", "photo")
#: A content without a row may belong to a transaction that has not ended yet.
ORPHAN_AFTER = timedelta(hours=1)
_UNFINISHED = ".part"


class NotYourUnit(NotAllowed):
    code = "not_your_unit"


class AttachmentInUse(Refusal):
    code = "attachment_in_use"


class ContentMissing(Refusal):
    code = "content_missing"


def take(
    *,
    name: str,
    content: bytes,
    kind: str,
    organisation: Organisation,
    by: User,
    post: Post,
    at: datetime,
) -> Attachment:
    """Look at a file, seal it, store it, and enter it for `organisation`.

    The type is found from the content; the name is cleaned and gets the ending of that type.
    Raises NotYourUnit and FileRefused.
    """
    if not may_attach(post, organisation) or not acts_under(post, by):
        raise NotYourUnit(
            _("Files for %(unit)s are handed in by its own staff or those above it.")
            % {"unit": organisation}
        )
    shown = clean_name(name)
    found = media.inspect(content, name=shown, kind=kind)
    key = uuid.uuid4()
    with transaction.atomic():
        _write(key, identity.seal_bytes(content))
        return Attachment.objects.create(
            key=key,
            kind=kind,
            name=_with_ending(shown, found.media_type),
            media_type=found.media_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            organisation=organisation,
            uploaded_by=by,
            uploaded_at=at,
        )


def read(attachment: Attachment) -> bytes:
    """The content as it was handed in. Raises ContentMissing when it is gone or was altered."""
    try:
        content = identity.unseal_bytes(path_of(attachment.key).read_bytes())
    except FileNotFoundError as error:
        raise ContentMissing(_missing(attachment)) from error
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise ContentMissing(_missing(attachment))
    return content


def remove(attachment: Attachment, *, by: User, post: Post, at: datetime) -> None:
    """Take back a file that nothing refers to; the content goes when the transaction ends well.

    Logged. Raises NotYourUnit, AttachmentInUse.
    """
    if not may_attach(post, attachment.organisation) or not acts_under(post, by):
        raise NotYourUnit(_("Files are taken back by the unit that handed them in."))
    with transaction.atomic():
        if _is_used(attachment):
            raise AttachmentInUse(
                _("“%(file)s” is the evidence of a case; take it out there first.")
                % {"file": attachment.name}
            )
        key = attachment.pk
        attachment.delete()
        access.note(
            "remove_attachment",
            f"attachment {key}",
            by=by,
            post=post,
            at=at,
            organisation=attachment.organisation,
        )
        transaction.on_commit(lambda: path_of(key).unlink(missing_ok=True))


def _is_used(attachment: Attachment) -> bool:
    """Whether anything in any app names it as its evidence."""
    users = [item for item in Attachment._meta.get_fields(include_hidden=True) if item.many_to_many]
    return any(
        user.related_model.objects.filter(**{user.field.name: attachment}).exists()
        for user in users
    )


def photo_of(document: dict) -> bytes | None:
    """The photo that a person's document names, as JPEG bytes; None without one.

    Asks nothing: whoever shows the document has been let in and logged already.
    """
    key = as_key((document.get(PHOTO[0]) or {}).get(PHOTO[1]))
    if key is None:
        return None
    attachment = Attachment.objects.filter(pk=key, kind=AttachmentKind.PHOTO).first()
    try:
        return read(attachment) if attachment else None
    except ContentMissing:
        return None


def picture_address(photo: bytes | None) -> str:
    """A photo as an address of its own (a data: URL), so that a page shows it at once; or ""."""
    return f"data:{media.JPEG};base64,{base64.b64encode(photo).decode()}" if photo else ""


def as_key(value: object) -> uuid.UUID | None:
    """The key in a document's value; None when it is not one."""
    try:
        return uuid.UUID(str(value)) if value else None
    except ValueError:
        return None


def clean_name(name: str) -> str:
    """What is shown of a sender's file name: no folders, no invisible signs, no more than 200."""
    last = PurePath(name.replace("\\", "/")).name
    shown = "".join(sign for sign in last if sign.isprintable()).strip(" .")
    stem, ending = os.path.splitext(shown)
    return f"{stem[: NAME_LENGTH - 10]}{ending[:10]}" or _("file")


def _with_ending(name: str, media_type: str) -> str:
    ending = media.ENDINGS[media_type]
    stem, found = os.path.splitext(name)
    same = found.lower() == ending or (found.lower() == ".jpeg" and ending == ".jpg")
    return name if same else f"{stem}{ending}"


def _missing(attachment: Attachment) -> str:
    return _("“%(file)s” cannot be read any more. Tell the system administrator.") % {
        "file": attachment.name
    }


# --- Where the contents lie ------------------------------------------------------------------


def path_of(key: uuid.UUID) -> Path:
    """The place of a content: two levels of folders, so that none of them gets too full."""
    text = key.hex
    return Path(settings.ATTACHMENTS_ROOT) / text[:2] / text[2:4] / text


def _write(key: uuid.UUID, sealed: bytes) -> None:
    """Write beside the place and rename: whoever looks sees the whole file or none."""
    place = path_of(key)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, unfinished = tempfile.mkstemp(dir=place.parent, suffix=_UNFINISHED)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(sealed)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(unfinished, place)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


def _contents() -> Iterator[Path]:
    root = Path(settings.ATTACHMENTS_ROOT)
    return (path for path in root.glob("??/??/*") if path.is_file()) if root.is_dir() else iter(())


def sweep(*, at: datetime) -> tuple[int, list[uuid.UUID]]:
    """Delete contents without a row that are older than an hour.

    Returns how many went, and the keys of rows whose content is missing.
    """
    oldest = (at - ORPHAN_AFTER).timestamp()
    known = set(Attachment.objects.values_list("pk", flat=True))
    seen, gone = set(), 0
    for path in _contents():
        key = as_key(path.name)
        if key in known:
            seen.add(key)
        elif path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            gone += 1
    return gone, sorted(known - seen)


def reseal() -> int:
    """Seal every content with the present key (key rotation); returns how many were changed."""
    count = 0
    for key in Attachment.objects.order_by("pk").values_list("pk", flat=True).iterator():
        place = path_of(key)
        sealed = place.read_bytes() if place.is_file() else b""
        if sealed and not identity.is_current(sealed):
            _write(key, identity.seal_bytes(identity.unseal_bytes(sealed)))
            count += 1
    return count


__all__ = ["AttachmentInUse", "ContentMissing", "FileRefused", "NotYourUnit", "photo_of", "take"]
