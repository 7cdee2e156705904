"""Frozen values of the trade and the functions that decide upon them.

Knows the standard library only: no web, no database, no keys, no clock. A function
here is given all it needs, time and randomness included, and gives a value back or
raises an error of `issuer.domain.errors`.
"""
