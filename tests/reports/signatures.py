"""A key for tests, and what an independent reader says of a signature."""

import io

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext


def status(content: bytes) -> PdfSignatureStatus:
    """What the validator says of the only signature, its certificate trusted."""
    (signature,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    trusted = ValidationContext(
        trust_roots=[signature.signer_cert],
        moment=signature.self_reported_timestamp,
        allow_fetching=False,
    )
    return validate_pdf_signature(signature, trusted)
