"""Sealing and inspection: bytes in, bytes out, one module per specification.

Knows no web and no database, fetches nothing, and takes time as an argument. Private
keys are loaded in `signer` alone.
"""
