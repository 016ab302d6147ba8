"""Articles in, tags out. No network, no store."""
