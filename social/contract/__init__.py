"""The wire contract: one noun per file, and the catalogue of routes."""
