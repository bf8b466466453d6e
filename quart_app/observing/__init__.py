"""What the service says of itself: whether it can write, its figures, and its log."""
