"""Issuer of competence certificates for skills learned at work.

This package file imports nothing, so that any layer loads alone.
"""
