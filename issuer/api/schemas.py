"""Shapes of the API's answers; they dump domain values, never rows."""

from marshmallow import Schema, fields


class CheckSchema(Schema):
    """One check of a verification report."""

    check = fields.String(required=True)
    outcome = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    text = fields.String(required=True)


class ReportSchema(Schema):
    """A verification report: `verdict` is valid, not_valid or unknown.

    `replaces` are serials of the certificates that this one has superseded.
    """

    serial = fields.String(required=True)
    verdict = fields.String(required=True)
    at = fields.String(required=True)
    replaces = fields.List(fields.String(), required=True)
    checks = fields.List(fields.Nested(CheckSchema), required=True)
