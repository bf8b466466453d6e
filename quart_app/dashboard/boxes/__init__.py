"""What the boxes in the shops need: receipts that are held, tills, keys, people, the record."""
