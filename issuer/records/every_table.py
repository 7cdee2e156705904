"""Imports every row class, so that `Record.metadata` knows every table."""

from issuer.records import (
    audit,
    catalogue,
    certificates,
    licence_cards,
    mapping,
    page_seals,
    people,
    periods,
    proposals,
    public_files,
    reports,
    signoffs,
    status,
    templates,
)

__all__ = [
    "audit",
    "catalogue",
    "certificates",
    "licence_cards",
    "mapping",
    "page_seals",
    "people",
    "periods",
    "proposals",
    "public_files",
    "reports",
    "signoffs",
    "status",
    "templates",
]
