"""An uploaded file reduced to its size, its beginning and its SHA-256 while it comes in.

Nothing of it is kept, neither in memory nor on the disk.
"""

import hashlib
from dataclasses import dataclass

from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload

#: No report is nearly as large (bytes).
MOST = 20 * 1024 * 1024
BEGINNING = 8


@dataclass(frozen=True)
class Fingerprint:
    """What is known of a file that was handed in. `size` in bytes."""

    name: str
    size: int
    sha256: str
    beginning: bytes


class Hashing(FileUploadHandler):
    """The only handler of its request; the first file counts. Larger than MOST: `too_large`."""

    def __init__(self, request=None) -> None:
        super().__init__(request)
        self.found: Fingerprint | None = None
        self.too_large = False

    def new_file(self, *args, **kwargs) -> None:
        super().new_file(*args, **kwargs)
        if self.found is not None:
            raise SkipFile
        self._hash, self._size, self._beginning = hashlib.sha256(), 0, b""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002
        self._size += len(raw_data)
        if self._size > MOST:
            self.too_large = True
            raise StopUpload(connection_reset=False)
        self._hash.update(raw_data)
        self._beginning = (self._beginning + raw_data[:BEGINNING])[:BEGINNING]

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002
        self.found = Fingerprint(
            self.file_name, self._size, self._hash.hexdigest(), self._beginning
        )
