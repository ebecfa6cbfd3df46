"""Models that were changed by chance or by someone with bad intent."""
