"""Imports every row class, so that `Record.metadata` knows every table."""

from issuer.records import (
    audit,
    catalogue,
    certificates,
    mapping,
    people,
    periods,
    proposals,
    public_files,
    reports,
    signoffs,
    status,
)

__all__ = [
    "audit",
    "catalogue",
    "certificates",
    "mapping",
    "people",
    "periods",
    "proposals",
    "public_files",
    "reports",
    "signoffs",
    "status",
]
