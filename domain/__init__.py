"""The one domain behind every surface; it knows no protocol."""
