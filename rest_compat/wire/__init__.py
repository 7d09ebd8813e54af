"""Reusable pieces of HTTP; none knows a vendor or a table."""
