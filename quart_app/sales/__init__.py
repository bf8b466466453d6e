"""Sales: what tills send is taken, worked out, kept once and counted."""
