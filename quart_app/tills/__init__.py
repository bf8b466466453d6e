"""Tills: what is known of each, and what it may forget."""
