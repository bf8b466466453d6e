"""Notes on days: their pages, and their marks beside a report."""
