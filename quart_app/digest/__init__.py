"""The daily digest: yesterday by e-mail, for those who asked for it."""
