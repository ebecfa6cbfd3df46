"""What recurs: counts, surges, system-case candidates, similar cases, and the report for the quality team."""
