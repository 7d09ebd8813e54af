"""Dramatiq workers: actors of a few lines that open a unit and call the domain."""
