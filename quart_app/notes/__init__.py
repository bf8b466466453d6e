"""Notes on days: what figures do not say by themselves, such as "closed for repairs"."""
