"""Exports: documents that jobs build piece by piece, kept for a while where every process finds them."""
