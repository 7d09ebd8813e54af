"""Bulk imports: a partner says that it has announced all of a user's files, and hears when they are read."""
