"""Receipts that are kept whole and not counted yet."""
