"""Thin `flask` commands over the same services as the web."""
