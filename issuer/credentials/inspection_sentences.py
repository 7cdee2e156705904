"""What inspection says to the person who checks a certificate, often a teacher."""

from issuer.domain.errors import sentence

JSON_READ = sentence("The file can be read and has the form of our certificates.")
PDF_READ = sentence("The certificate inside the PDF can be read.")
SHAPE_BROKEN = sentence(
    "The file is not a certificate as we make them: at %(place)s something is missing, "
    "added or changed."
)
FORM_FOREIGN = sentence(
    "This is a credential of another form than ours, so it was not checked here."
)
NOT_REACHED = sentence("Not checked, because the file is not a certificate.")

ISSUER_KNOWN = sentence("We know the issuer %(issuer)s and its keys.")
ISSUER_UNKNOWN = sentence(
    "We do not know the issuer %(issuer)s. This says nothing against the certificate: "
    "ask that issuer to check it."
)
NO_KEYS = sentence("Not checked, because we do not have this issuer's keys.")

KEY_GOOD = sentence("The seal names a key that the issuer used at that time.")
KEY_NOT_THEIRS = sentence("The seal names a key that is not the issuer's.")
KEY_NOT_YET = sentence("The seal is dated before the issuer took its key into use.")
KEY_REVOKED = sentence("The issuer had revoked the key before the seal was made.")
KEY_RETIRED = sentence("The issuer had retired the key before the seal was made.")

SIGNATURE_GOOD = sentence("The contents are just as the issuer sealed them.")
SIGNATURE_BROKEN = sentence(
    "The seal does not match the contents: something was changed after sealing."
)
SIGNATURE_WITHOUT_KEY = sentence(
    "Not checked, because the key is not one of the issuer's."
)

SCHEMA_GOOD = sentence("The certificate keeps to the Open Badges 3.0 form.")
SCHEMA_BROKEN = sentence("The certificate does not fit together at %(place)s.")
ID_NOT_OURS = sentence(
    "The certificate's own address is not one that this service gives to certificates."
)

DATES_GOOD = sentence("The certificate's own dates include this day.")
DATE_AHEAD = sentence("The certificate is dated ahead of today: %(date)s.")
DATE_PAST = sentence("The certificate was valid until %(date)s.")

PNG_READ = sentence("The certificate inside the picture can be read.")
JWT_READ = sentence("The file is a certificate as a JWT, and it can be read.")
CODE_READ = sentence("The code can be read and has the form of our codes.")
CODE_COMPLETE = sentence(
    "The code says whose certificate it is, which units and how much of each."
)
CODE_ISSUER_UNKNOWN = sentence(
    "We do not know the key of this code. This says nothing against the certificate."
)
STATUS_ABSENT = sentence(
    "The certificate names no list from which one could see whether it was revoked."
)
STATUS_MISPLACED = sentence("The certificate names its place in the list two ways.")
