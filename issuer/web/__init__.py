"""HTML for people: one blueprint per audience, one guard each."""
