"""The outside world behind small interfaces. Knows no web and no rows."""
