"""Receiving webhooks (analytics.md 10): events are checked, kept once, told to Prefect. `python -m server.hooks`."""
