"""What about this machine may cost receipts: each check looks, says what it saw and what to do."""
