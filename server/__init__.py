"""Dovecote's own host of the social API's contract: in memory, as a process, and in tests (`python -m server`)."""
