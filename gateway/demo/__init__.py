"""A small, deterministic world to explore: two organizations, a dozen users, ninety days of their hearts."""
