"""Use cases, named by their verbs. The only place that says `commit()`.

Take a session, what they need and `at`; give frozen values back. Know no web.
"""
