"""How a post leaves the house. Today the sandbox; a real network is a further file here."""
