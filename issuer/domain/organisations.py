"""Organisations: the short name that stands in their addresses for ever."""

import re

from issuer.domain.errors import IssuerError, sentence

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")


class SlugMalformed(IssuerError):
    """The short name cannot stand in an address or a DID."""

    code = "organisation.slug_malformed"
    sentence = sentence(
        "The short name has small letters a–z, digits and dashes only, for example "
        "hiisijarvi."
    )


class OrganisationExists(IssuerError):
    """There is an organisation with this short name or this DID already."""

    code = "organisation.exists"
    sentence = sentence("There is already an organisation with that short name or DID.")


def require_slug(slug: str) -> None:
    """Raise SlugMalformed unless `slug` can stand in an address and a DID."""
    if not _SLUG.fullmatch(slug):
        raise SlugMalformed
