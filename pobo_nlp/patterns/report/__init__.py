"""The report of the quality team: one page, and the same numbers as tables."""
