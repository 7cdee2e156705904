"""What the check of a status list says to the person who asks."""

from issuer.domain.errors import sentence

IN_FORCE = sentence("The issuer has not revoked the certificate.")
REVOKED = sentence("The issuer has revoked the certificate: it is no longer in force.")
LIST_MISSING = sentence(
    "Whether the certificate has been revoked could not be checked: the issuer's list "
    "could not be fetched."
)
LIST_UNREADABLE = sentence(
    "Whether the certificate has been revoked could not be checked: the issuer's list "
    "cannot be read."
)
LIST_FOREIGN = sentence(
    "Whether the certificate has been revoked could not be checked: the list is not "
    "that of its issuer."
)
LIST_UNSIGNED = sentence(
    "Whether the certificate has been revoked could not be checked: the list does not "
    "carry a seal of its issuer that holds."
)
LIST_OLD = sentence(
    "Whether the certificate has been revoked could not be checked: the list is not in "
    "force now. It was to be used until %(date)s."
)
