"""The adviser's page, and the interface for other systems."""
