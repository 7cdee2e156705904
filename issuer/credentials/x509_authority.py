"""An organisation's own authority on file: its key, and which seals it has revoked.

The list lies in `public/x509/ca-….crl` in DER (RFC 5280 §5). The key, in
`private/ca-….pem`, is needed to make a seal and to sign a list, and may be kept
elsewhere in between: a list is the newest for a year.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from issuer.credentials.key_files import make_folder, write_whole
from issuer.credentials.key_ring import PublicKeyUnreadable
from issuer.credentials.x509_key import X509Key, open_x509_key
from issuer.credentials.x509_profile import build_revocation_list
from issuer.credentials.x509_seal_file import name_of, public_folder
from issuer.domain.errors import IssuerError, sentence

LIST_DAYS = 366

_LARGEST_LIST = 1024 * 1024

RevocationList = x509.CertificateRevocationList


class AuthorityKeyAway(IssuerError):
    """The private key of the organisation's authority is not in the key folder."""

    code = "x509_keys.authority_away"
    sentence = sentence(
        "The authority's key %(file)s is not here. Bring it back for as long as this "
        "takes."
    )


def open_authority_key(
    keys_dir: Path, authority: x509.Certificate, passphrase: bytes
) -> X509Key:
    """Open the authority's key; raises AuthorityKeyAway and as `open_x509_key`."""
    path = _key_path(keys_dir, authority)
    if not path.exists():
        raise AuthorityKeyAway(file=str(path))
    return open_x509_key(path, passphrase)


def has_authority_key(keys_dir: Path, authority: x509.Certificate) -> bool:
    """Tell whether the authority's key is in the key folder."""
    return _key_path(keys_dir, authority).exists()


def find_revocation_list(keys_dir: Path, name: str) -> RevocationList | None:
    """Return the list of the authority called `name`; raises PublicKeyUnreadable."""
    path = public_folder(keys_dir) / f"{name}.crl"
    try:
        with path.open("rb") as file:
            return x509.load_der_x509_crl(file.read(_LARGEST_LIST))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise PublicKeyUnreadable(
            file=str(path), reason="it is no revocation list"
        ) from error


def publish_revocation_list(
    keys_dir: Path,
    authority: x509.Certificate,
    passphrase: bytes,
    *,
    at: datetime,
    revoked: Iterable[tuple[int, datetime]] = (),
) -> RevocationList:
    """Sign the authority's next list: what the last one held, and `revoked`.

    `revoked` are serial numbers and since when; a serial that is listed already keeps
    the earlier of its times. Raises AuthorityKeyAway and as `open_x509_key`.
    """
    key = open_authority_key(keys_dir, authority, passphrase)
    name = name_of("ca", authority)
    last = find_revocation_list(keys_dir, name)
    entries = dict(_entries(last))
    for serial, since in revoked:
        entries[serial] = min(since, entries.get(serial, since))
    made = build_revocation_list(
        authority,
        authority_key=key,
        revoked=sorted(entries.items()),
        number=_number(last) + 1,
        at=at.replace(microsecond=0),
        days=LIST_DAYS,
    )
    folder = make_folder(public_folder(keys_dir), mode=0o755)
    write_whole(folder / f"{name}.crl", made.public_bytes(Encoding.DER), mode=0o444)
    return made


def revoked_since(
    authority_list: RevocationList | None, certificate: x509.Certificate
) -> datetime | None:
    """Return since when the list revokes the certificate, or None."""
    return dict(_entries(authority_list)).get(certificate.serial_number)


def _entries(last: RevocationList | None) -> Iterable[tuple[int, datetime]]:
    return [(each.serial_number, each.revocation_date_utc) for each in last or ()]


def _number(last: RevocationList | None) -> int:
    if last is None:
        return 0
    return last.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def _key_path(keys_dir: Path, authority: x509.Certificate) -> Path:
    return keys_dir / "private" / f"{name_of('ca', authority)}.pem"
