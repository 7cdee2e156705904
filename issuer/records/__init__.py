"""Rows and named queries. The only place that says `select()`.

Rows are not the domain: `to_domain()` and the view functions give frozen values.
Knows no web, no keys and never commits; services do.
"""
