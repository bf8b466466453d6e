"""Backups: made while the service serves, sealed, rotated, verified and restored."""
