"""Suggests service area, causes and system-case flags for inquiries to Pasient- og brukerombudet."""
