"""Does every figure add up? All that is kept beside the receipts is worked out again from them."""
