"""People who look at the pages: their accounts, how they sign in, what they may see."""
