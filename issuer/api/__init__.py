"""JSON for other systems under /api/v1; errors are problem+json (RFC 9457)."""
