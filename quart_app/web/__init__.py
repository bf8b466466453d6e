"""What every blueprint shares: reading bodies and queries, answering, problems."""
