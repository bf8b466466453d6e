"""Who may do what: access keys, roles, and the record of who did what."""
