"""All SQL of the server, one noun per file. Callers pass the connection of their transaction; nobody else commits."""
