"""What the inspection of a PDF's own seal says to the person who checks."""

from issuer.domain.errors import sentence

SEAL_READ = sentence("The PDF carries a seal of its own, made by %(sealer)s.")
SEAL_HOLDS = sentence(
    "The PDF carries the seal of %(sealer)s, which covers all of it and holds."
)
SEAL_HOLDS_WITH_DATA = sentence(
    "The PDF carries the seal of %(sealer)s, which covers the whole page and holds. "
    "Only time-stamps and data to check the seal by were added."
)
SEAL_ABSENT = sentence(
    "The PDF carries no seal of its own. This says nothing against the certificate "
    "inside it."
)
SEAL_BROKEN = sentence(
    "The PDF's own seal cannot be read: something in the file was changed."
)
SEAL_TOO_LARGE = sentence("The PDF is too large for its own seal to be checked here.")
SEAL_NOT_REACHED = sentence("Not checked, because the PDF's own seal did not hold.")

BYTES_GOOD = sentence("The PDF is as it was sealed, to the last byte.")
BYTES_CHANGED = sentence("The PDF was changed after it was sealed.")

SEALER_KNOWN = sentence("We know the PDF's seal, and it was in force.")
SEALER_UNKNOWN = sentence(
    "We do not know the PDF's seal. This says nothing against the certificate inside "
    "it."
)
SEALER_EXPIRED = sentence(
    "The PDF's seal has expired, and no time-stamp shows that the page was sealed "
    "before."
)
SEALER_REVOKED = sentence(
    "The PDF's seal was revoked, and no time-stamp shows that the page was sealed "
    "before."
)

WHOLE_FILE = sentence("The seal covers the whole PDF.")
WHOLE_PAGE = sentence(
    "The seal covers the whole page. What was added later are time-stamps and data to "
    "check the seal by."
)
SOMETHING_ADDED = sentence("Something was added to the PDF after it was sealed.")

LOCKED = sentence("The seal allows no change to the page, and there is none.")
NOT_LOCKED = sentence("The seal does not protect the page from changes as ours do.")
