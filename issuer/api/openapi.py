"""The description of the interface for other systems (OpenAPI 3.1)."""

from typing import Any, Final

from issuer.domain.verification import Outcome, Reason, Verdict

_TEXT: Final = {"type": "string"}
_FILES: Final = (
    "application/vc",
    "application/json",
    "application/vc+jwt",
    "application/pdf",
    "image/png",
    "text/plain",
    "application/octet-stream",
)
_CHECK: Final = {
    "type": "object",
    "required": ["check", "outcome", "reason", "text"],
    "properties": {
        "check": _TEXT,
        "outcome": {"enum": [each.value for each in Outcome]},
        "reason": {"enum": [*(each.value for each in Reason), None]},
        "text": {"type": "string", "description": "In the language asked for."},
    },
}
_REPORT: Final = {
    "type": "object",
    "required": ["serial", "verdict", "at", "checks"],
    "properties": {
        "serial": {"type": "string", "description": "Empty where it is not known."},
        "verdict": {"enum": [each.value for each in Verdict]},
        "at": {"type": "string", "format": "date-time"},
        "checks": {"type": "array", "items": {"$ref": "#/components/schemas/Check"}},
    },
}
_REPORTED: Final = {
    "description": "A report. Read `verdict`.",
    "content": {
        "application/json": {"schema": {"$ref": "#/components/schemas/Report"}}
    },
}


def _problem(description: str) -> dict[str, Any]:
    content = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        "description": description,
        "content": {"application/problem+json": content},
    }


DOCUMENT: Final[dict[str, Any]] = {
    "openapi": "3.1.0",
    "info": {"title": "Checks of certificates of competence", "version": "1"},
    "paths": {
        "/api/v1/certificates/{serial}/verification": {
            "get": {
                "operationId": "checkByNumber",
                "summary": "Report on the certificate with this number",
                "parameters": [
                    {"name": "serial", "in": "path", "required": True, "schema": _TEXT}
                ],
                "responses": {
                    "200": _REPORTED,
                    "404": {**_REPORTED, "description": "No such number is known."},
                    "429": _problem("Too many checks in a minute."),
                },
            }
        },
        "/api/v1/verifications": {
            "post": {
                "operationId": "checkFile",
                "summary": "Report on a file: JSON, JWT, PDF, PNG or a code's text",
                "requestBody": {
                    "required": True,
                    "content": {
                        kind: {"schema": {"type": "string", "format": "binary"}}
                        for kind in _FILES
                    },
                },
                "responses": {
                    "200": _REPORTED,
                    "413": _problem("The file is larger than 20 MB."),
                    "429": _problem("Too many checks in a minute."),
                    "503": _problem("Other PDFs are being read; come again."),
                },
            }
        },
    },
    "components": {
        "schemas": {
            "Check": _CHECK,
            "Report": _REPORT,
            "Problem": {
                "type": "object",
                "required": ["type", "title", "status", "code", "detail"],
                "properties": {
                    "type": _TEXT,
                    "title": _TEXT,
                    "status": {"type": "integer"},
                    "code": _TEXT,
                    "detail": _TEXT,
                },
            },
        }
    },
}
