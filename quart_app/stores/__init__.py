"""Stores: the shops of the chain, and the zone whose calendar each keeps."""
