"""Products: what is sold, at what price, in which unit."""
